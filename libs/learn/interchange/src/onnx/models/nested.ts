import { LearnError } from '@trainyard/data';
import type { ModelArtifact } from '@trainyard/models';

/** The artifact inside another, as models/src/ensemble/nested-artifact.ts puts it there. Throws ARTIFACT_INVALID. */
export function nested(artifact: ModelArtifact, name: string): ModelArtifact {
  const parts = artifact.manifest.parts as Record<string, Omit<ModelArtifact, 'arrays'>> | undefined;
  const part = parts?.[name];
  if (part === undefined) throw new LearnError('ARTIFACT_INVALID', `"${artifact.format}" lacks its part "${name}".`);
  const arrays = Object.entries(artifact.arrays)
    .filter(([array]) => array.startsWith(`${name}/`))
    .map(([array, values]) => [array.slice(name.length + 1), values]);
  return { ...part, arrays: Object.fromEntries(arrays) as ModelArtifact['arrays'] };
}
