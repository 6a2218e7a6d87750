import { LearnError } from '@trainyard/data';
import type { ArtifactArray, ModelArtifact } from '../../artifact.js';
import { arrayOf, expectFormat } from '../../artifact-fields.js';
import type { WeightSpec } from '../layers/network.js';

const FORMAT = 'trainyard.neural.checkpoint';

/** All that a fit needs to go on. Random numbers follow from the seed, the epoch and the step. */
export interface TrainerState {
  /** Finished epochs, and batches learnt. */
  epoch: number;
  step: number;
  /** Weights, and Adam's moments as `<weight>/m` and `<weight>/v`. */
  variables: Map<string, Float32Array>;
  /** The weights of the best epoch; empty where none is kept. */
  best: Map<string, Float32Array>;
  bestLoss: number;
  bestIteration: number;
  bestTrainLoss: number;
  bestValidationLoss: number;
  readonly trainLosses: number[];
  readonly validationLosses: number[];
}

export function writeCheckpoint(state: TrainerState, fingerprint: Readonly<Record<string, unknown>>): ModelArtifact {
  const arrays: Record<string, ArtifactArray> = {
    losses: Float64Array.of(state.bestLoss, state.bestTrainLoss, state.bestValidationLoss),
    trainLosses: Float64Array.from(state.trainLosses),
    validationLosses: Float64Array.from(state.validationLosses),
  };
  for (const [name, values] of state.variables) arrays[`now:${name}`] = values;
  for (const [name, values] of state.best) arrays[`best:${name}`] = values;
  const { epoch, step, bestIteration } = state;
  return { format: FORMAT, version: 1, manifest: { fingerprint, epoch, step, bestIteration }, arrays };
}

/** Throws ARTIFACT_INVALID, CHECKPOINT_MISMATCH (it is of another fit, or another architecture). */
export function readCheckpoint(
  artifact: ModelArtifact,
  fingerprint: Readonly<Record<string, unknown>>,
  weights: ReadonlyMap<string, WeightSpec>,
): TrainerState {
  expectFormat(artifact, FORMAT, 1);
  const { epoch, step, bestIteration, fingerprint: saved } = artifact.manifest as Record<string, unknown>;
  if (JSON.stringify(saved) !== JSON.stringify(fingerprint)) {
    throw new LearnError(
      'CHECKPOINT_MISMATCH',
      'The checkpoint was made with other data, parameters or seed than this fit: start without it.',
    );
  }
  const variables = new Map<string, Float32Array>();
  const best = new Map<string, Float32Array>();
  for (const [name, { shape }] of weights) {
    const size = shape.reduce((product, each) => product * each, 1);
    for (const variable of [name, `${name}/m`, `${name}/v`]) {
      variables.set(variable, arrayOf(artifact, `now:${variable}`, Float32Array, size));
    }
    if (artifact.arrays[`best:${name}`]) best.set(name, arrayOf(artifact, `best:${name}`, Float32Array, size));
  }
  const [bestLoss, bestTrainLoss, bestValidationLoss] = arrayOf(artifact, 'losses', Float64Array, 3);
  return {
    ...{ epoch: Number(epoch), step: Number(step), bestIteration: Number(bestIteration), variables, best },
    ...{ bestLoss: bestLoss!, bestTrainLoss: bestTrainLoss!, bestValidationLoss: bestValidationLoss! },
    trainLosses: [...arrayOf(artifact, 'trainLosses', Float64Array)],
    validationLosses: [...arrayOf(artifact, 'validationLosses', Float64Array)],
  };
}
