import { LearnError } from '@trainyard/data';
import type { NeighbourSearchOptions } from '@trainyard/kernels';
import type { ParameterSchema } from '../model.js';
import type { VoteWeights } from './votes.js';

export interface KnnParams {
  readonly n_neighbors: number;
  readonly weights: VoteWeights;
  readonly algorithm: 'auto' | 'brute' | 'kd_tree';
  readonly leaf_size: number;
  readonly metric: 'euclidean' | 'manhattan' | 'chebyshev' | 'minkowski' | 'cosine';
  readonly p: number;
}

export const knnParameters: ParameterSchema = {
  n_neighbors: {
    type: 'int',
    default: 5,
    min: 1,
    max: 10_000,
    aliases: ['k'],
    description: 'Neighbours that decide; all rows when there are fewer.',
  },
  weights: {
    type: 'enum',
    values: ['uniform', 'distance'],
    default: 'uniform',
    description: '"distance" weighs a neighbour by the inverse of its distance.',
  },
  algorithm: {
    type: 'enum',
    values: ['auto', 'brute', 'kd_tree'],
    default: 'auto',
    description: 'How neighbours are found; the result is the same. A KD tree pays for few columns, auto decides.',
  },
  leaf_size: { type: 'int', default: 30, min: 1, description: 'Rows in a leaf of the KD tree.' },
  metric: {
    type: 'enum',
    values: ['euclidean', 'manhattan', 'chebyshev', 'minkowski', 'cosine'],
    default: 'euclidean',
    description: 'What distance means; minkowski takes the power p, cosine is 1 - the cosine of the angle.',
  },
  p: { type: 'float', default: 2, min: 1, max: 100, description: 'Power of the minkowski metric.' },
};

/** Most columns for which a KD tree looks at fewer rows than it costs (measured: README of the bench), and least rows. */
const TREE_COLUMNS = 8;
const TREE_ROWS = 500;
/** Below this many columns rounding rows to 16 bits saves nothing. */
const PRODUCT_COLUMNS = 4;

/** How to search `rows x cols`. Throws PARAMETER_INVALID when a tree is asked for that the metric does not have. */
export function searchOptions(params: KnnParams, rows: number, cols: number): NeighbourSearchOptions {
  const { algorithm, leaf_size: leafSize, n_neighbors: k, p: power } = params;
  let metric = params.metric;
  if (metric === 'minkowski' && power === 1) metric = 'manhattan';
  if (metric === 'minkowski' && power === 2) metric = 'euclidean';
  if (algorithm === 'kd_tree' && metric === 'cosine') {
    throw new LearnError(
      'PARAMETER_INVALID',
      'There is no KD tree for the cosine metric: use algorithm "brute" or "auto".',
      {
        field: 'params.algorithm',
      },
    );
  }
  const treePays = metric !== 'cosine' && cols <= TREE_COLUMNS && rows >= TREE_ROWS;
  const base = { k, metric, power, leafSize };
  if (algorithm === 'kd_tree' || (algorithm === 'auto' && treePays)) return { ...base, method: 'tree' };
  const rounds = (metric === 'euclidean' || metric === 'cosine') && cols >= PRODUCT_COLUMNS;
  return { ...base, method: rounds ? 'products' : 'scan' };
}
