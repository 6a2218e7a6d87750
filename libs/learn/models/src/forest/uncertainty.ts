import type { Matrix } from '@trainyard/data';
import { ForestScorer } from '@trainyard/kernels';
import type { Uncertainty } from '../model.js';
import { type CompactForest, expandForest } from './compact-forest.js';

const ROWS_AT_ONCE = 1024;

/**
 * What the trees say of each row: one training target from the leaf it falls into, drawn when the tree was grown. These make the
 * distribution of the target given the row (Meinshausen, "Quantile Regression Forests", 2006, with one target a leaf as in
 * ranger): its quantiles are the interval, its variance the total one. The mean is the forest's own.
 */
export class QuantileForest {
  private readonly scorer: ForestScorer;

  constructor(
    private readonly forest: CompactForest,
    private readonly cols: number,
  ) {
    this.scorer = new ForestScorer(expandForest(forest, cols, 'sample'), cols);
  }

  /** `means` are the forest's predictions. */
  uncertainty({ data, rows }: Matrix, level: number, means: Float64Array): Uncertainty {
    const trees = this.forest.roots.length;
    const [variance, lower, upper] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
    const drawn = new Float64Array(Math.min(rows, ROWS_AT_ONCE) * trees);
    for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
      const n = Math.min(ROWS_AT_ONCE, rows - from);
      drawn.fill(0);
      this.scorer.addScores(data.subarray(from * this.cols, (from + n) * this.cols), n, drawn);
      for (let i = 0; i < n; i++) {
        const targets = drawn.subarray(i * trees, (i + 1) * trees).sort();
        variance[from + i] = varianceOf(targets);
        lower[from + i] = quantile(targets, (1 - level) / 2);
        upper[from + i] = quantile(targets, (1 + level) / 2);
      }
    }
    return { kind: 'total', level, mean: means, variance, lower, upper };
  }
}

function varianceOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return squares / values.length;
}

/** Of ascending values, between neighbours in proportion. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}
