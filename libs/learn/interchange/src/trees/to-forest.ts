import { LearnError } from '@trainyard/data';
import { type Forest, NODE_FLAG } from '@trainyard/models';
import { roundDown } from './float32.js';
import type { CategorySplit, Tree } from './tree.js';

/** Bins of categories; bin 0 is the missing value's. */
const MOST_BINS = 255;

/** Which bin each category of each column has. */
type CategoryBins = readonly ReadonlyMap<number, number>[];

/**
 * The trees as one forest over `columns` columns. Thresholds are rounded down to float32, which changes no decision on
 * float32 data. Throws OPTION_UNSUPPORTED when a column's splits tell more than 255 groups of categories apart.
 */
export function forestOf(trees: readonly Tree[], init: readonly number[], columns: number): Forest {
  const bins = binCategories(trees, columns);
  const nodes = trees.reduce((sum, tree) => sum + countNodes(tree), 0);
  const categoryStart = new Int32Array(columns + 1);
  bins.forEach((codes, j) => {
    categoryStart[j + 1] = categoryStart[j]! + Math.max(0, ...[...codes.keys()].map((code) => code + 1));
  });
  const categoryBins = new Int16Array(categoryStart[columns]!).fill(-1);
  bins.forEach((codes, j) => {
    for (const [code, bin] of codes) categoryBins[categoryStart[j]! + code] = bin;
  });
  const sets: number[] = [];
  const forest = {
    outputs: init.length,
    init: Float64Array.from(init),
    roots: new Int32Array(trees.length),
    feature: new Int32Array(nodes).fill(-1),
    threshold: new Float32Array(nodes),
    left: new Int32Array(nodes),
    flag: new Uint8Array(nodes),
    value: new Float32Array(nodes),
    gain: new Float32Array(nodes),
    cover: new Float32Array(nodes),
    categoryStart,
    categoryBins,
  };
  let next = 0;
  trees.forEach((tree, t) => {
    forest.roots[t] = next++;
    next = layOut(tree, forest.roots[t]!, next, { forest, sets, bins });
  });
  return { ...forest, sets: Uint32Array.from(sets) };
}

function countNodes(tree: Tree): number {
  return tree.kind === 'leaf' ? 1 : 1 + countNodes(tree.left) + countNodes(tree.right);
}

interface Target {
  readonly forest: Omit<Forest, 'sets'>;
  readonly sets: number[];
  readonly bins: CategoryBins;
}

/** Writes a tree with its root at `node` and its other nodes from `next` on; returns the first free node. */
function layOut(tree: Tree, node: number, next: number, target: Target): number {
  const { forest, sets, bins } = target;
  forest.cover[node] = tree.cover;
  if (tree.kind === 'leaf') {
    forest.value[node] = tree.value;
    return next;
  }
  forest.feature[node] = tree.column;
  forest.gain[node] = tree.gain;
  forest.left[node] = next;
  if (tree.kind === 'numeric') {
    forest.threshold[node] = roundDown(tree.threshold);
    forest.flag[node] = tree.missingLeft ? NODE_FLAG.missingLeft : NODE_FLAG.missingRight;
  } else {
    forest.threshold[node] = sets.length / 8;
    forest.flag[node] = NODE_FLAG.categorical;
    sets.push(...wordsOf(tree, bins[tree.column]!));
  }
  const afterLeft = layOut(tree.left, next, next + 2, target);
  return layOut(tree.right, next + 1, afterLeft, target);
}

function wordsOf({ codes, missingLeft }: CategorySplit, bins: ReadonlyMap<number, number>): Uint32Array {
  const words = new Uint32Array(8);
  for (const code of codes) {
    const bin = bins.get(code)!;
    words[bin >> 5]! |= 1 << (bin & 31);
  }
  if (missingLeft) words[0]! |= 1;
  return words;
}

/** Categories that no split tells apart share a bin. */
function binCategories(trees: readonly Tree[], columns: number): CategoryBins {
  const splits: CategorySplit[][] = Array.from({ length: columns }, () => []);
  for (const tree of trees) collectSplits(tree, splits);
  return splits.map((ofColumn, column) => {
    const places = new Map<number, number[]>();
    ofColumn.forEach(({ codes }, s) => {
      for (const code of codes) places.set(code, [...(places.get(code) ?? []), s]);
    });
    const groups = new Map<string, number>();
    const bins = new Map<number, number>();
    for (const [code, where] of [...places].sort(([a], [b]) => a - b)) {
      const group = where.join();
      if (!groups.has(group)) groups.set(group, groups.size + 1);
      bins.set(code, groups.get(group)!);
    }
    if (groups.size > MOST_BINS) {
      const words = `Its splits of column ${column} tell ${groups.size} groups of categories apart; a model here holds at most ${MOST_BINS}.`;
      throw new LearnError('OPTION_UNSUPPORTED', words);
    }
    return bins;
  });
}

function collectSplits(tree: Tree, splits: CategorySplit[][]): void {
  if (tree.kind === 'leaf') return;
  if (tree.kind === 'category') splits[tree.column]!.push(tree);
  collectSplits(tree.left, splits);
  collectSplits(tree.right, splits);
}
