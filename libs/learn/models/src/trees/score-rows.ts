import type { Matrix } from '@trainyard/data';
import { type Forest, NODE_FLAG } from './forest.js';

/** Rows scored with one tree before the next: the tree stays in the cache. */
const BLOCK = 128;

/** Scores of all rows, row-major `n x outputs`. */
export function scoreRows(forest: Forest, x: Matrix): Float64Array {
  const { outputs, roots, init } = forest;
  const scores = new Float64Array(x.rows * outputs);
  for (let i = 0; i < scores.length; i++) scores[i] = init[i % outputs]!;
  for (let from = 0; from < x.rows; from += BLOCK) {
    const to = Math.min(x.rows, from + BLOCK);
    for (let tree = 0; tree < roots.length; tree++) addTree(forest, tree, x, from, to, scores, tree % outputs, outputs);
  }
  return scores;
}

/** Adds one tree's values for the rows [from, to) to scores[first + row * step]. */
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
