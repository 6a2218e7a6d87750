import { isDeepStrictEqual } from 'node:util';
import { type Dataset, LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { type CompactForest, compactArrays, readCompactForest } from './compact-forest.js';
import type { ForestParams } from './parameters.js';

const FORMAT = 'trainyard.forest.checkpoint';

/** What must be the same for a fit to go on from a checkpoint. */
export interface ForestFit {
  readonly train: Dataset;
  readonly params: ForestParams;
  readonly seed: number;
  /** Trees of the model that the fit began with. */
  readonly initialTrees: number;
}

/** The trees of a fit so far, and each one's importance: `trees x features`. */
export interface ForestState {
  readonly forest: CompactForest;
  readonly importance: Float64Array;
}

function describeFit({ train, params, seed, initialTrees }: ForestFit): Record<string, unknown> {
  const { x, task, classes } = train;
  return {
    params: { ...params },
    task,
    classes: [...(classes ?? [])],
    rows: x.rows,
    names: [...x.names],
    seed,
    initialTrees,
  };
}

export function writeCheckpoint(fit: ForestFit, { forest, importance }: ForestState): ModelArtifact {
  const arrays = { ...compactArrays(forest), importance };
  return { format: FORMAT, version: 1, manifest: { fit: describeFit(fit) }, arrays };
}

/** Throws CHECKPOINT_MISMATCH when the checkpoint belongs to other data, parameters or seed, ARTIFACT_INVALID when it is damaged. */
export function readCheckpoint(artifact: ModelArtifact, fit: ForestFit): ForestState {
  expectFormat(artifact, FORMAT, 1);
  if (!isDeepStrictEqual(artifact.manifest.fit, describeFit(fit))) {
    throw new LearnError(
      'CHECKPOINT_MISMATCH',
      'The checkpoint was made with other data, parameters or seed than this fit: start without it.',
    );
  }
  const { x, task, classes } = fit.train;
  const outputs = task === 'regression' ? 1 : classes!.length;
  const forest = readCompactForest(artifact, x.cols, outputs, task !== 'regression');
  return { forest, importance: arrayOf(artifact, 'importance', Float64Array, forest.roots.length * x.cols) };
}
