import { type Dataset, LearnError } from '@trainyard/data';
import { KMeansEngine } from '@trainyard/kernels';
import { checkDataset, checkFiniteMatrix } from '../check-input.js';

/** Below this many values threads cost more than they save. */
const FEW_VALUES = 100_000;
/** Longer rows than this have squares that leave f32. */
const LONGEST_ROW = 1e18;

/** Column means of the rows, by their weights. */
export function columnMeans({ x, weight }: Pick<Dataset, 'x' | 'weight'>): Float64Array {
  const means = new Float64Array(x.cols);
  let total = 0;
  for (let i = 0, at = 0; i < x.rows; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    total += w;
    for (let j = 0; j < x.cols; j++, at++) means[j]! += w * x.data[at]!;
  }
  for (let j = 0; j < x.cols; j++) means[j]! /= total;
  return means;
}

export interface OpenEngine {
  readonly engine: KMeansEngine;
  readonly means: Float64Array;
  readonly totalWeight: number;
}

/**
 * A k-means engine that holds the rows less their means. Throws as `checkDataset` and `checkFiniteMatrix` do, TOO_FEW_ROWS when
 * fewer rows than clusters count, and OPTION_UNSUPPORTED when memory does not suffice.
 */
export async function openEngine(
  train: Dataset,
  clusters: number,
  threads: number,
  pause: () => Promise<void>,
): Promise<OpenEngine> {
  checkDataset(train);
  checkFiniteMatrix(train.x);
  const { x, weight } = train;
  const shape = { rows: x.rows, features: x.cols, clusters, threads: x.data.length < FEW_VALUES ? 1 : threads };
  const engine = await KMeansEngine.create(shape, pause).catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      `The data do not fit into the memory of one fit: ${error.message}. Give fewer rows or columns, or lower n_clusters.`,
    );
  });
  try {
    const means = columnMeans(train);
    const { rows, stride } = engine;
    for (let i = 0, at = 0; i < x.rows; i++) {
      for (let j = 0, to = i * stride; j < x.cols; j++, at++, to++) rows[to] = x.data[at]! - means[j]!;
    }
    if (weight) engine.weights.set(weight);
    else engine.weights.fill(1);
    await engine.prepareRows();
    if (!engine.norms.every((norm) => norm < LONGEST_ROW)) {
      throw new LearnError('FEATURE_INVALID', 'The features are too large to take distances: scale them first.');
    }
    return { engine, means, totalWeight: engine.weights.reduce((a, b) => a + b, 0) };
  } catch (error) {
    await engine.close();
    throw error;
  }
}
