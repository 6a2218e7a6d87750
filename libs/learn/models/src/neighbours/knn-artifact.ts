import { LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import type { KnnParams } from './parameters.js';

/** The training rows are the model. */
export interface FittedKnn {
  readonly names: readonly string[];
  /** Of classification. */
  readonly classes?: readonly string[];
  /** Row-major, rows of weight 0 left out. */
  readonly x: Float32Array;
  readonly y: Float64Array;
  readonly weight?: Float64Array;
}

const FORMAT = 'trainyard.knn';

export function writeKnn({ names, classes, x, y, weight }: FittedKnn, params: KnnParams): ModelArtifact {
  const manifest = { params, names, ...(classes ? { classes } : {}) };
  return { format: FORMAT, version: 1, manifest, arrays: { x, y, ...(weight ? { weight } : {}) } };
}

/** Throws ARTIFACT_INVALID unless all parts fit together. */
export function readKnn(artifact: ModelArtifact): { params: KnnParams; fitted: FittedKnn } {
  expectFormat(artifact, FORMAT, 1);
  const { params, names, classes } = artifact.manifest as { params: KnnParams; names: string[]; classes?: string[] };
  const y = arrayOf(artifact, 'y', Float64Array);
  if (!Array.isArray(names) || names.length === 0 || y.length === 0) {
    throw new LearnError('ARTIFACT_INVALID', `"${FORMAT}" needs names and one row or more.`);
  }
  if (classes && !y.every((c) => Number.isInteger(c) && c >= 0 && c < classes.length)) {
    throw new LearnError('ARTIFACT_INVALID', `"${FORMAT}" has a row of a class that it does not name.`);
  }
  const x = arrayOf(artifact, 'x', Float32Array, y.length * names.length);
  const weight = artifact.arrays.weight && arrayOf(artifact, 'weight', Float64Array, y.length);
  return { params, fitted: { names, ...(classes ? { classes } : {}), x, y, ...(weight ? { weight } : {}) } };
}
