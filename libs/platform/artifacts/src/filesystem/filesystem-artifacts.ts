import { constants, createReadStream } from 'node:fs';
import { access, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ArtifactStore } from '../artifacts.js';
import { checkDigest, corrupt, digestOf, notFound, verified } from '../digest.js';
import { ArtifactError } from '../errors.js';
import { toArtifactError } from './filesystem-errors.js';
import { writeAtomically } from './write-atomically.js';

/** How long an unfinished file of a process that died stays, in milliseconds. */
const SCRATCH_AGE = 24 * 3600_000;

/** Artifacts in a folder: `ab/cd/abcd...`, so that no folder holds more than a few files. */
export class FilesystemArtifacts implements ArtifactStore {
  readonly #folder: string;
  readonly #scratch: string;
  #swept = false;

  constructor(folder: string) {
    this.#folder = resolve(folder);
    this.#scratch = join(this.#folder, 'unfinished');
  }

  async put(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ digest: string; size: number }> {
    return this.#guard(async () => {
      if (!this.#swept) await this.#sweep();
      const chunks = bytes instanceof Uint8Array ? [bytes] : bytes;
      return writeAtomically(this.#scratch, chunks, (digest) => this.#path(digest));
    });
  }

  async get(digest: string): Promise<Uint8Array> {
    const path = this.#path(digest);
    const content = await this.#guard(() => readFile(path), digest);
    if (digestOf(content) !== digest) throw corrupt(digest, path);
    return content;
  }

  async open(digest: string): Promise<AsyncIterable<Uint8Array>> {
    const path = this.#path(digest);
    if (!(await this.has(digest))) throw notFound(digest);
    return verified(digest, path, createReadStream(path, { highWaterMark: 1 << 20 }));
  }

  async localPath(digest: string): Promise<string> {
    const path = this.#path(digest);
    await this.#guard(async () => {
      const chunks = createReadStream(path, { highWaterMark: 1 << 20 });
      for await (const _ of verified(digest, path, chunks));
    }, digest);
    return path;
  }

  async has(digest: string): Promise<boolean> {
    const path = this.#path(digest);
    return this.#guard(() =>
      stat(path).then(
        (found) => found.isFile(),
        (error) => {
          if (error.code === 'ENOENT') return false;
          throw error;
        },
      ),
    );
  }

  async delete(digest: string): Promise<void> {
    const path = this.#path(digest);
    await this.#guard(() => rm(path, { force: true }));
  }

  async ping(): Promise<void> {
    await this.#guard(async () => {
      await mkdir(this.#folder, { recursive: true });
      await access(this.#folder, constants.R_OK | constants.W_OK | constants.X_OK);
    });
  }

  async close(): Promise<void> {}

  #path(digest: string): string {
    checkDigest(digest);
    return join(this.#folder, digest.slice(0, 2), digest.slice(2, 4), digest);
  }

  /** Removes what processes that died left behind; another process may be writing the newer ones. */
  async #sweep(): Promise<void> {
    this.#swept = true;
    const names = await readdir(this.#scratch).catch(() => []);
    for (const name of names) {
      const path = join(this.#scratch, name);
      const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
      if (age > SCRATCH_AGE) await rm(path, { force: true });
    }
  }

  async #guard<T>(call: () => Promise<T>, digest?: string): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof ArtifactError) throw error;
      if (digest && (error as NodeJS.ErrnoException).code === 'ENOENT') throw notFound(digest);
      throw toArtifactError(error, this.#folder);
    }
  }
}
