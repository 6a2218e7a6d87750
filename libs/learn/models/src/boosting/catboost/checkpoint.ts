import { isDeepStrictEqual } from 'node:util';
import { type Dataset, LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../../artifact.js';
import { expectFormat } from '../../artifact-fields.js';
import type { Losses } from '../../fit-loop.js';
import { type ObliviousTrees, readTrees, treeArrays } from './oblivious-trees.js';
import type { CatBoostParams } from './parameters.js';

const FORMAT = 'trainyard.oblivious.checkpoint';

/** What a fit knows besides its trees. */
export interface CatBoostState {
  readonly round: number;
  readonly losses: Losses;
  readonly bestLosses: Losses | null;
  readonly bestIteration: number;
  /** What early stopping watches: the loss, or a metric turned so that less is better. */
  readonly bestScore: number | null;
}

/** What must be the same for a fit to go on from a checkpoint. */
export interface FitIdentity {
  readonly train: Dataset;
  readonly params: CatBoostParams;
  readonly seed: number;
  /** Trees of the model that the fit continues. */
  readonly before: number;
}

function describeFit({ train: { x, task, classes }, params, seed, before }: FitIdentity): Record<string, unknown> {
  const categorical = x.names.map((_, j) => x.categorical?.[j] ?? false);
  const names = [...x.names];
  return { params: { ...params }, task, classes: [...(classes ?? [])], rows: x.rows, names, categorical, seed, before };
}

export function writeCheckpoint(fit: FitIdentity, trees: ObliviousTrees, state: CatBoostState): ModelArtifact {
  return { format: FORMAT, version: 1, manifest: { fit: describeFit(fit), state }, arrays: treeArrays(trees) };
}

/** Throws CHECKPOINT_MISMATCH when the checkpoint belongs to other data, parameters or seed, ARTIFACT_INVALID when it is damaged. */
export function readCheckpoint(
  artifact: ModelArtifact,
  fit: FitIdentity,
  init: Float64Array,
): { trees: ObliviousTrees; state: CatBoostState } {
  expectFormat(artifact, FORMAT, 1);
  const sameFit = isDeepStrictEqual(artifact.manifest.fit, describeFit(fit));
  if (!sameFit || !isDeepStrictEqual(artifact.arrays.init, init)) {
    throw new LearnError(
      'CHECKPOINT_MISMATCH',
      'The checkpoint was made with other data, parameters or seed than this fit: start without it.',
    );
  }
  return { trees: readTrees(artifact, fit.train.x.cols), state: artifact.manifest.state as CatBoostState };
}
