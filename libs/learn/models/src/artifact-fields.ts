import { LearnError } from '@trainyard/data';
import type { ArtifactArray, ModelArtifact } from './artifact.js';

/** Throws ARTIFACT_INVALID unless the artifact is `format` at a version from 1 to `newest`. */
export function expectFormat(artifact: ModelArtifact, format: string, newest: number): void {
  if (artifact.format !== format || !(artifact.version >= 1 && artifact.version <= newest)) {
    throw new LearnError(
      'ARTIFACT_INVALID',
      `Expected a "${format}" artifact of version 1 to ${newest}, but this is "${artifact.format}" version ${artifact.version}.`,
    );
  }
}

/** The named array, checked for its type and, when given, its length. Throws ARTIFACT_INVALID. */
export function arrayOf<T extends ArtifactArray>(
  artifact: ModelArtifact,
  name: string,
  type: new (length: number) => T,
  length?: number,
): T {
  const array = artifact.arrays[name];
  if (!(array instanceof type) || (length !== undefined && array.length !== length)) {
    const size = length === undefined ? '' : ` with ${length} entries`;
    throw new LearnError('ARTIFACT_INVALID', `"${artifact.format}" needs the ${type.name} "${name}"${size}.`);
  }
  return array as T;
}
