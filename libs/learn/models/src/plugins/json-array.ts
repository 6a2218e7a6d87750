import { LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf } from '../artifact-fields.js';

/** Plain JSON as bytes of an artifact: what a library says of its own model. */
export const jsonArray = (value: unknown): Uint8Array => new Uint8Array(Buffer.from(JSON.stringify(value), 'utf8'));

/** Reads it back with `read`; whatever that throws means that the artifact is damaged: ARTIFACT_INVALID. */
export function fromJsonArray<T>(artifact: ModelArtifact, name: string, read: (value: never) => T): T {
  const bytes = arrayOf(artifact, name, Uint8Array);
  try {
    return read(JSON.parse(Buffer.from(bytes).toString('utf8')) as never);
  } catch {
    throw new LearnError('ARTIFACT_INVALID', `The array "${name}" of this "${artifact.format}" artifact is damaged.`);
  }
}
