import { isDeepStrictEqual } from 'node:util';
import { type Dataset, LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import type { Losses } from '../fit-loop.js';
import type { FitOptions } from '../model.js';
import { type Forest, forestArrays, readForest } from '../trees/forest.js';

const FORMAT = 'trainyard.trees.checkpoint';

/** What a fit knows besides its trees. */
export interface BoostingState {
  readonly round: number;
  /** Trees that a warm start brought along. */
  readonly firstTree: number;
  readonly losses: Losses;
  readonly bestLosses: Losses | null;
  readonly bestIteration: number;
  /** What early stopping watches, at its best; null before the first. */
  readonly bestRating: number | null;
  /** DART: the weight of each round. */
  readonly roundWeights?: readonly number[];
}

/** Arrays that trees cannot give back: DART changes them after they were added to the scores. */
export interface DroppedState {
  readonly scores: Float32Array;
  readonly validationScores: Float64Array;
  /** Values of the trees at the best round. */
  readonly bestValues: Float32Array;
}

/** What must be the same for a fit to go on from a checkpoint. */
export interface FitIdentity {
  readonly model: string;
  readonly params: object;
  readonly train: Dataset;
  readonly options: FitOptions;
}

function describeFit({ model, params, train, options }: FitIdentity): Record<string, unknown> {
  const { x, task, classes } = train;
  return {
    ...{ model, params: { ...params }, task, classes: [...(classes ?? [])], rows: x.rows, names: [...x.names] },
    categorical: x.names.map((_, j) => x.categorical?.[j] ?? false),
    seed: options.seed,
    objective: options.objective?.name ?? null,
    metric: options.earlyStopping?.metric?.name ?? null,
    continues: options.initial !== undefined,
  };
}

export function writeCheckpoint(
  fit: FitIdentity,
  forest: Forest,
  state: BoostingState,
  dropped: DroppedState | undefined,
): ModelArtifact {
  const arrays = { ...forestArrays(forest), ...dropped };
  return { format: FORMAT, version: 2, manifest: { fit: describeFit(fit), state }, arrays };
}

/** Throws CHECKPOINT_MISMATCH when the checkpoint belongs to other data, parameters or seed, ARTIFACT_INVALID when it is damaged. */
export function readCheckpoint(
  artifact: ModelArtifact,
  fit: FitIdentity,
  init: Float64Array,
): { forest: Forest; state: BoostingState; dropped: DroppedState | undefined } {
  expectFormat(artifact, FORMAT, 2);
  const sameFit = artifact.version === 2 && isDeepStrictEqual(artifact.manifest.fit, describeFit(fit));
  if (!sameFit || !isDeepStrictEqual(artifact.arrays.init, init)) {
    throw new LearnError(
      'CHECKPOINT_MISMATCH',
      'The checkpoint was made with other data, parameters or seed than this fit, or by an older version: start without it.',
    );
  }
  const forest = readForest(artifact, fit.train.x.cols);
  const state = artifact.manifest.state as BoostingState;
  return { forest, state, dropped: state.roundWeights && readDropped(artifact, fit, forest) };
}

function readDropped(artifact: ModelArtifact, { train, options }: FitIdentity, { outputs }: Forest): DroppedState {
  const validationRows = options.validation?.x.rows ?? 0;
  return {
    scores: arrayOf(artifact, 'scores', Float32Array, train.x.rows * outputs),
    validationScores: arrayOf(artifact, 'validationScores', Float64Array, validationRows * outputs),
    bestValues: arrayOf(artifact, 'bestValues', Float32Array),
  };
}
