import { LearnError } from '@trainyard/data';
import type { ArtifactArray, ModelArtifact } from '../artifact.js';

/** What the manifest keeps of an artifact inside another. */
type Inner = Pick<ModelArtifact, 'format' | 'version' | 'manifest'>;

/** One artifact that holds others: their manifests under `parts`, their arrays under `<part>/<array>`. */
export function nest(
  { format, version, manifest }: Inner,
  parts: readonly (readonly [name: string, part: ModelArtifact])[],
  own: ModelArtifact['arrays'] = {},
): ModelArtifact {
  const arrays: Record<string, ArtifactArray> = { ...own };
  const inner: Record<string, Inner> = {};
  for (const [name, part] of parts) {
    inner[name] = { format: part.format, version: part.version, manifest: part.manifest };
    for (const [array, values] of Object.entries(part.arrays)) arrays[`${name}/${array}`] = values;
  }
  return { format, version, manifest: { ...manifest, parts: inner }, arrays };
}

/** The artifact that `nest` put in under this name. Throws ARTIFACT_INVALID. */
export function nested(artifact: ModelArtifact, name: string): ModelArtifact {
  const inner = (artifact.manifest.parts as Record<string, Inner> | undefined)?.[name];
  if (typeof inner?.manifest !== 'object' || inner.manifest === null) {
    throw new LearnError('ARTIFACT_INVALID', `"${artifact.format}" lacks its part "${name}".`);
  }
  const prefix = `${name}/`;
  const arrays = Object.entries(artifact.arrays)
    .filter(([array]) => array.startsWith(prefix))
    .map(([array, values]) => [array.slice(prefix.length), values]);
  return { ...inner, arrays: Object.fromEntries(arrays) as ModelArtifact['arrays'] };
}
