import { createReadStream, statSync } from 'node:fs';
import type { ArtifactStore } from '@trainyard/artifacts';
import { SourceError } from './errors.js';
import { resolveFile } from './file.js';
import { openHttp } from './http.js';
import { openS3 } from './s3.js';

export interface SourceSettings {
  /** Folders that file:// may read from. */
  readonly roots: readonly string[];
  /** Hosts that http(s):// may reach although they are private. */
  readonly hosts: readonly string[];
  /** Buckets that s3:// may read from. */
  readonly buckets: readonly string[];
  readonly maxBytes: number;
}

/** Data at rest: its digest, a local file with exactly those bytes, and what its name said about its format. */
export interface Snapshot {
  readonly digest: string;
  readonly uri: string;
  readonly path: string;
  readonly bytes: number;
  /** From the name: csv, parquet, jsonl or arrow; undefined when it does not say. */
  readonly format?: string;
}

const REMEMBERED = 256;

/** Turns what users name into bytes that stay: everything is copied into the artifact store before it is read. */
export class SourceResolver {
  private readonly known = new Map<string, { digest: string; size: number }>();

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly settings: SourceSettings,
  ) {}

  /** @throws SourceError; ArtifactError when the artifact store fails */
  async snapshot(reference: string, signal?: AbortSignal): Promise<Snapshot> {
    const uri = parse(reference);
    if (uri.protocol === 'dataset:') return this.registered(uri);
    const { digest, size } = await this.copy(uri, signal);
    return {
      digest,
      uri: `dataset://${digest}`,
      path: await this.artifacts.localPath(digest),
      bytes: size,
      format: formatOf(uri.pathname),
    };
  }

  private async registered(uri: URL): Promise<Snapshot> {
    const digest = uri.hostname;
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new SourceError('URI_INVALID', `${uri.href} is not dataset://<sha256>`);
    if (!(await this.artifacts.has(digest)))
      throw new SourceError('SOURCE_NOT_FOUND', `there is no dataset ${digest}; upload it first`);
    const path = await this.artifacts.localPath(digest);
    return { digest, uri: `dataset://${digest}`, path, bytes: statSync(path).size };
  }

  private async copy(uri: URL, signal?: AbortSignal): Promise<{ digest: string; size: number }> {
    const { settings, artifacts } = this;
    if (uri.protocol === 'file:') return this.copyFile(resolveFile(uri, settings.roots), uri);
    const stream =
      uri.protocol === 's3:'
        ? await openS3(uri, settings.buckets, settings.maxBytes)
        : await openHttp(uri, { trustedHosts: settings.hosts, maxBytes: settings.maxBytes, signal });
    return artifacts.put(limited(stream, settings.maxBytes, uri.href));
  }

  /** A file that has not changed since it was last copied is not read again. */
  private async copyFile(file: string, uri: URL): Promise<{ digest: string; size: number }> {
    const { size, mtimeMs, ino } = statSync(file);
    if (size > this.settings.maxBytes)
      throw new SourceError('SOURCE_TOO_LARGE', `${uri.href} is larger than ${this.settings.maxBytes} bytes`);
    const identity = `${file}|${size}|${mtimeMs}|${ino}`;
    const known = this.known.get(identity);
    if (known) return known;
    const copied = await this.artifacts.put(createReadStream(file, { highWaterMark: 1 << 20 }));
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(identity, copied);
    return copied;
  }
}

function parse(reference: string): URL {
  let uri: URL;
  try {
    uri = new URL(reference);
  } catch {
    throw new SourceError(
      'URI_INVALID',
      `${JSON.stringify(reference)} is no URI; use file://, dataset://, http(s):// or s3://`,
    );
  }
  if (!['file:', 'dataset:', 'http:', 'https:', 's3:'].includes(uri.protocol)) {
    throw new SourceError(
      'URI_INVALID',
      `${uri.protocol}// is not supported; use file://, dataset://, http(s):// or s3://`,
    );
  }
  return uri;
}

async function* limited(stream: AsyncIterable<Uint8Array>, maxBytes: number, name: string): AsyncIterable<Uint8Array> {
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new SourceError('SOURCE_TOO_LARGE', `${name} is larger than ${maxBytes} bytes`);
    yield chunk;
  }
}

function formatOf(name: string): string | undefined {
  const extension = /\.(csv|tsv|txt|parquet|jsonl|ndjson|json|arrow|feather)(\.gz)?$/i.exec(name)?.[1]?.toLowerCase();
  const formats: Record<string, string> = {
    csv: 'csv',
    tsv: 'csv',
    txt: 'csv',
    parquet: 'parquet',
    jsonl: 'jsonl',
    ndjson: 'jsonl',
    arrow: 'arrow',
    feather: 'arrow',
  };
  return extension && formats[extension];
}
