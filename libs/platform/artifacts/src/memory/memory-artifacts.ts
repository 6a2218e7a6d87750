import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactStore } from '../artifacts.js';
import { checkDigest, digestOf, notFound } from '../digest.js';

/** Artifacts in this process's memory: for the simulator and for tests. */
export class MemoryArtifacts implements ArtifactStore {
  readonly #contents = new Map<string, Uint8Array>();
  #folder: string | undefined;

  async put(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ digest: string; size: number }> {
    const content = bytes instanceof Uint8Array ? Uint8Array.from(bytes) : await collect(bytes);
    const digest = digestOf(content);
    this.#contents.set(digest, content);
    return { digest, size: content.length };
  }

  async get(digest: string): Promise<Uint8Array> {
    return Uint8Array.from(this.#content(digest));
  }

  async open(digest: string): Promise<AsyncIterable<Uint8Array>> {
    const content = Uint8Array.from(this.#content(digest));
    return (async function* () {
      yield content;
    })();
  }

  async localPath(digest: string): Promise<string> {
    const content = this.#content(digest);
    this.#folder ??= await mkdtemp(join(tmpdir(), 'trainyard-artifacts-'));
    const path = join(this.#folder, digest);
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
    return path;
  }

  async has(digest: string): Promise<boolean> {
    checkDigest(digest);
    return this.#contents.has(digest);
  }

  async delete(digest: string): Promise<void> {
    checkDigest(digest);
    this.#contents.delete(digest);
  }

  async ping(): Promise<void> {}

  async close(): Promise<void> {
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #content(digest: string): Uint8Array {
    checkDigest(digest);
    const content = this.#contents.get(digest);
    if (!content) throw notFound(digest);
    return content;
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return new Uint8Array(Buffer.concat(parts));
}
