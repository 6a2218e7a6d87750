import type { Matrix } from '@trainyard/data';
import { ForestScorer } from '@trainyard/kernels';
import { type Forest, NODE_FLAG } from './forest.js';

/** The WASM copy of each forest that has predicted: it is kept as long as the forest is. Null where it found no room. */
const scorers = new WeakMap<Forest, ForestScorer | null>();

function scorerOf(forest: Forest, cols: number, threads: number): ForestScorer | null {
  let scorer = scorers.get(forest);
  if (scorer === undefined) {
    try {
      scorer = new ForestScorer(forest, cols, threads);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      scorer = null;
    }
    scorers.set(forest, scorer);
  }
  return scorer;
}

/**
 * Scores of all rows, row-major `n x outputs`; large batches on up to `threads` threads. `x` has as many columns at each call
 * with the same forest, and `threads` is what the first call said.
 */
export function scoreRows(forest: Forest, x: Matrix, threads = 1): Float64Array {
  const { outputs, roots, init } = forest;
  const scores = new Float64Array(x.rows * outputs);
  for (let i = 0; i < scores.length; i++) scores[i] = init[i % outputs]!;
  const scorer = scorerOf(forest, x.cols, threads);
  if (scorer !== null) scorer.addScores(x.data, x.rows, scores);
  else for (let t = 0; t < roots.length; t++) addTree(forest, t, x, 0, x.rows, scores, t % outputs, outputs);
  return scores;
}

/**
 * Adds one tree's values for the rows [from, to) to scores[first + row * step]. In plain TypeScript: for a tree or a few, as in
 * a round of boosting, copying the rows into WASM would cost more than it saves. The sums are the same.
 */
export function addTree(
  forest: Forest,
  tree: number,
  x: Matrix,
  ...[from, to, scores, first, step]: [
    from: number,
    to: number,
    scores: Float64Array | Float32Array,
    first: number,
    step: number,
  ]
): void {
  const { feature, threshold, left, flag, value } = forest;
  const { data, cols } = x;
  const root = forest.roots[tree]!;
  for (let row = from; row < to; row++) {
    const at = row * cols;
    let node = root;
    for (let column = feature[node]!; column >= 0; column = feature[node]!) {
      const v = data[at + column]!;
      // NaN compares false, so each form sends missing values where the node wants them.
      if (flag[node] === NODE_FLAG.missingRight) node = left[node]! + (v <= threshold[node]! ? 0 : 1);
      else if (flag[node] === NODE_FLAG.missingLeft) node = left[node]! + (v > threshold[node]! ? 1 : 0);
      else node = left[node]! + (isInSet(forest, node, column, v) ? 0 : 1);
    }
    scores[first + row * step]! += value[node]!;
  }
}

/** Categories never seen in training are in no set. */
function isInSet(
  { categoryStart, categoryBins, sets, threshold }: Forest,
  node: number,
  column: number,
  v: number,
): boolean {
  let bin = 0;
  if (!Number.isNaN(v)) {
    const at = categoryStart[column]! + v;
    if (!(v >= 0 && at < categoryStart[column + 1]!)) return false;
    bin = categoryBins[at] ?? -1;
    if (bin < 0) return false;
  }
  return ((sets[threshold[node]! * 8 + (bin >> 5)]! >>> (bin & 31)) & 1) === 1;
}
