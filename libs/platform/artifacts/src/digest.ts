import { createHash } from 'node:crypto';
import { ArtifactError } from './errors.js';

const DIGEST = /^[0-9a-f]{64}$/;

/** Throws ARTIFACT_INVALID_DIGEST unless it is 64 lower-case hexadecimal digits: nothing else may become a path. */
export function checkDigest(digest: string): void {
  if (!DIGEST.test(digest)) {
    throw new ArtifactError(
      'ARTIFACT_INVALID_DIGEST',
      `${JSON.stringify(String(digest).slice(0, 80))} is no artifact digest: give 64 lower-case hexadecimal digits (SHA-256).`,
    );
  }
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function notFound(digest: string): ArtifactError {
  return new ArtifactError('ARTIFACT_NOT_FOUND', `There is no artifact ${digest}.`);
}

export function corrupt(digest: string, where: string): ArtifactError {
  return new ArtifactError(
    'ARTIFACT_CORRUPT',
    `The bytes of artifact ${digest} in ${where} are not what was stored: restore them from a copy, or delete the artifact and make it again.`,
  );
}

/** Passes the chunks on and throws ARTIFACT_CORRUPT at the end when they do not hash to the digest. */
export async function* verified(
  digest: string,
  where: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== digest) throw corrupt(digest, where);
}
