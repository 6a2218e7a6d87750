import { LearnError, type Task } from '@trainyard/data';
import type { ArtifactArray, ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import type { NetworkShape } from './layers/network.js';
import type { TargetScale } from './training/targets.js';

/** What a fit came to, and what the artifact holds. */
export interface FittedNetwork {
  readonly names: readonly string[];
  /** None in regression. */
  readonly classes: readonly string[];
  /** Names of the values of a row, where there are several. */
  readonly outputs?: readonly string[];
  readonly shape: NetworkShape;
  readonly scale: TargetScale;
  /** The weights of each network by name; several answer together. */
  readonly members: readonly ReadonlyMap<string, Float32Array>[];
  /** What it was learnt with: the library and its version. */
  readonly backend: string;
  /** Scores above it are anomalies. */
  readonly threshold?: number;
}

interface Saved<Params> {
  readonly name: string;
  readonly params: Params;
  readonly task: Task;
  readonly fitted: FittedNetwork;
}

const FORMAT = 'trainyard.neural';

/** What the names of a member's arrays begin with. */
const prefixOf = (member: number): string => (member === 0 ? 'weight:' : `weight.${member}:`);

export function writeNetwork<Params extends object>({ name, params, task, fitted }: Saved<Params>): ModelArtifact {
  const { names, classes, outputs, shape, scale, members, backend, threshold } = fitted;
  const arrays: Record<string, ArtifactArray> = { target: Float64Array.of(...scale.mean, ...scale.deviation) };
  members.forEach((weights, i) => {
    for (const [key, values] of weights) arrays[prefixOf(i) + key] = values;
  });
  const manifest = {
    ...{ model: name, params, task, names, classes, shape, backend },
    ...(outputs ? { outputs } : {}),
    ...(members.length > 1 ? { members: members.length } : {}),
    ...(threshold === undefined ? {} : { threshold }),
  };
  return { format: FORMAT, version: 1, manifest, arrays };
}

/** What an artifact of neural networks holds. Throws ARTIFACT_INVALID. */
export function readNetwork<Params>(artifact: ModelArtifact, name: string): Omit<Saved<Params>, 'name'> {
  expectFormat(artifact, FORMAT, 1);
  const manifest = artifact.manifest as unknown as Omit<FittedNetwork, 'scale' | 'members'> & {
    model: string;
    params: Params;
    task: Task;
    members?: number;
  };
  if (manifest.model !== name) {
    throw new LearnError('ARTIFACT_INVALID', `This is an artifact of "${manifest.model}", not of "${name}".`);
  }
  const { params, task, names, classes, outputs, shape, backend, threshold } = manifest;
  const width = outputs?.length ?? 1;
  const target = arrayOf(artifact, 'target', Float64Array, 2 * width);
  const members = Array.from({ length: manifest.members ?? 1 }, (_, i) => weightsOf(artifact, prefixOf(i)));
  return {
    params,
    task,
    fitted: {
      ...{ names, classes, shape, backend, members },
      ...(outputs ? { outputs } : {}),
      ...(threshold === undefined ? {} : { threshold }),
      scale: { mean: target.slice(0, width), deviation: target.slice(width) },
    },
  };
}

function weightsOf(artifact: ModelArtifact, prefix: string): Map<string, Float32Array> {
  const keys = Object.keys(artifact.arrays).filter((key) => key.startsWith(prefix));
  return new Map(keys.map((key) => [key.slice(prefix.length), arrayOf(artifact, key, Float32Array)]));
}
