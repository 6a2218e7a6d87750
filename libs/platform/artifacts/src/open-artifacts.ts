import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ArtifactStore } from './artifacts.js';
import { ArtifactError } from './errors.js';
import { FilesystemArtifacts } from './filesystem/filesystem-artifacts.js';
import { MemoryArtifacts } from './memory/memory-artifacts.js';

/**
 * The artifact store at an address: a folder, `file:///folder`, `s3://bucket/prefix?endpoint=...&region=...` or
 * `memory:`. The AWS SDK is loaded only when it is needed.
 * @param options.cacheFolder where copies of remote artifacts are kept (default: in the system's temporary folder)
 * @throws ArtifactError INVALID_ARTIFACTS_URL
 */
export async function openArtifacts(address: string, options: { cacheFolder?: string } = {}): Promise<ArtifactStore> {
  if (address.startsWith('s3://')) {
    const { S3Artifacts } = await import('./s3/s3-artifacts.js');
    return new S3Artifacts(address, options.cacheFolder ?? join(tmpdir(), 'trainyard-artifact-cache'));
  }
  if (address === 'memory:') return new MemoryArtifacts();
  if (address.startsWith('file://')) return new FilesystemArtifacts(fileURLToPath(address));
  if (address === '' || /^[a-z][a-z0-9+.-]+:/i.test(address)) {
    throw new ArtifactError(
      'INVALID_ARTIFACTS_URL',
      `"${address.split(/[/?]/)[0]}" is no artifact address: give a folder or s3://bucket/prefix.`,
    );
  }
  return new FilesystemArtifacts(address);
}

export interface ArtifactSettings {
  readonly ARTIFACTS_URL?: string | undefined;
  readonly DATA_DIR?: string | undefined;
}

/** Where a process of the platform keeps artifacts: ARTIFACTS_URL, else a folder in DATA_DIR. An empty setting is none. */
export function artifactsAddress({ ARTIFACTS_URL, DATA_DIR }: ArtifactSettings): string {
  return ARTIFACTS_URL || join(DATA_DIR || '.trainyard', 'artifacts');
}
