import { isDeepStrictEqual } from 'node:util';
import { type Dataset, LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { expectFormat } from '../artifact-fields.js';
import type { Losses } from '../fit-loop.js';
import { type Forest, forestArrays, readForest } from '../trees/forest.js';
import type { LightGBMParams } from './parameters.js';

const FORMAT = 'trainyard.trees.checkpoint';

/** What a fit knows besides its trees. */
export interface BoostingState {
  readonly round: number;
  readonly losses: Losses;
  readonly bestLosses: Losses | null;
  readonly bestIteration: number;
}

/** What must be the same for a fit to go on from a checkpoint. */
function describeFit({ x, task, classes }: Dataset, params: LightGBMParams, seed: number): Record<string, unknown> {
  const categorical = x.names.map((_, j) => x.categorical?.[j] ?? false);
  return {
    params: { ...params },
    task,
    classes: [...(classes ?? [])],
    rows: x.rows,
    names: [...x.names],
    categorical,
    seed,
  };
}

export function writeCheckpoint(
  train: Dataset,
  params: LightGBMParams,
  seed: number,
  forest: Forest,
  state: BoostingState,
): ModelArtifact {
  const manifest = { fit: describeFit(train, params, seed), state };
  return { format: FORMAT, version: 1, manifest, arrays: forestArrays(forest) };
}

/** Throws CHECKPOINT_MISMATCH when the checkpoint belongs to other data, parameters or seed, ARTIFACT_INVALID when it is damaged. */
export function readCheckpoint(
  artifact: ModelArtifact,
  train: Dataset,
  params: LightGBMParams,
  seed: number,
  init: Float64Array,
): { forest: Forest; state: BoostingState } {
  expectFormat(artifact, FORMAT, 1);
  const sameFit = isDeepStrictEqual(artifact.manifest.fit, describeFit(train, params, seed));
  if (!sameFit || !isDeepStrictEqual(artifact.arrays.init, init)) {
    throw new LearnError(
      'CHECKPOINT_MISMATCH',
      'The checkpoint was made with other data, parameters or seed than this fit: start without it.',
    );
  }
  return { forest: readForest(artifact, train.x.cols), state: artifact.manifest.state as BoostingState };
}
