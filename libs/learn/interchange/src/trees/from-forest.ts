import { type Forest, NODE_FLAG } from '@trainyard/models';
import type { Tree } from './tree.js';

/** The trees of a forest, one after the other. */
export function treesOf(forest: Forest): Tree[] {
  return Array.from(forest.roots, (root) => treeAt(forest, root));
}

function treeAt(forest: Forest, node: number): Tree {
  const column = forest.feature[node]!;
  const cover = forest.cover[node]!;
  if (column < 0) return { kind: 'leaf', value: forest.value[node]!, cover };
  const left = treeAt(forest, forest.left[node]!);
  const right = treeAt(forest, forest.left[node]! + 1);
  const shared = { column, cover, gain: forest.gain[node]!, left, right };
  const flag = forest.flag[node]!;
  const threshold = forest.threshold[node]!;
  if (flag !== NODE_FLAG.categorical) {
    return { kind: 'numeric', ...shared, threshold, missingLeft: flag === NODE_FLAG.missingLeft };
  }
  const inSet = (bin: number): boolean => ((forest.sets[threshold * 8 + (bin >> 5)]! >>> (bin & 31)) & 1) === 1;
  const codes = codesWhere(forest, column, inSet);
  // Only missing values go left: a plain threshold says it, and XGBoost knows no set without categories.
  if (codes.length === 0)
    return { kind: 'numeric', ...shared, threshold: Number.NEGATIVE_INFINITY, missingLeft: inSet(0) };
  return { kind: 'category', ...shared, codes, missingLeft: inSet(0) };
}

function codesWhere(
  { categoryStart, categoryBins }: Forest,
  column: number,
  inSet: (bin: number) => boolean,
): number[] {
  const bins = categoryBins.subarray(categoryStart[column], categoryStart[column + 1]);
  const codes: number[] = [];
  for (let code = 0; code < bins.length; code++) if (bins[code]! >= 0 && inSet(bins[code]!)) codes.push(code);
  return codes;
}
