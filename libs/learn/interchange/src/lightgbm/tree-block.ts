import type { Tree } from '../trees/tree.js';
import { toBits } from './category-bits.js';
import { missingCategoriesRight } from './split-missing.js';

/** Bits of LightGBM's decision_type; missing values are NaN (2 << 2), never zeros. */
export const DECISION = { categorical: 1, defaultLeft: 2, missingNaN: 8 } as const;

type Split = Exclude<Tree, { kind: 'leaf' }>;
type Leaf = Extract<Tree, { kind: 'leaf' }>;

/** A tree's nodes as LightGBM numbers them: splits from the root on, leaves from left to right, a leaf's index as ~index. */
interface Numbered {
  readonly splits: Split[];
  readonly leaves: Leaf[];
  readonly left: number[];
  readonly right: number[];
}

function number(tree: Tree, into: Numbered): number {
  if (tree.kind === 'leaf') return ~(into.leaves.push(tree) - 1);
  const node = into.splits.push(tree) - 1;
  into.left[node] = number(tree.left, into);
  into.right[node] = number(tree.right, into);
  return node;
}

/** Rows are not kept in our trees: the rounded cover stands for them, in the same proportions. */
const rowsOf = (tree: Tree): number => Math.max(1, Math.round(tree.cover));

function meanValue(tree: Tree): number {
  if (tree.kind === 'leaf') return tree.value;
  const [l, r] = [tree.left.cover, tree.right.cover];
  const [left, right] = [meanValue(tree.left), meanValue(tree.right)];
  return l + r > 0 ? (l * left + r * right) / (l + r) : (left + right) / 2;
}

/** A threshold of -infinity sends only missing values left: every reader takes the lowest double for it. */
export function finite(threshold: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, threshold));
}

/** The block of one tree in a LightGBM text file, as `Tree::ToString` writes it (version 4). */
export function treeBlock(tree: Tree, index: number, shrinkage: number): string {
  const nodes: Numbered = { splits: [], leaves: [], left: [], right: [] };
  number(missingCategoriesRight(tree), nodes);
  const { splits, leaves, left, right } = nodes;
  const sets = splits.filter((split) => split.kind === 'category').map((split) => toBits(split.codes));
  let set = 0;
  const lines: [string, readonly (number | string)[]][] = [
    ['num_leaves', [leaves.length]],
    ['num_cat', [sets.length]],
    ['split_feature', splits.map((split) => split.column)],
    ['split_gain', splits.map((split) => split.gain)],
    ['threshold', splits.map((split) => (split.kind === 'numeric' ? finite(split.threshold) : set++))],
    ['decision_type', splits.map(decisionType)],
    ['left_child', left],
    ['right_child', right],
    ['leaf_value', leaves.map((leaf) => leaf.value)],
    ['leaf_weight', leaves.map((leaf) => leaf.cover)],
    ['leaf_count', leaves.map(rowsOf)],
    ['internal_value', splits.map(meanValue)],
    ['internal_weight', splits.map((split) => split.cover)],
    ['internal_count', splits.map(rowsOf)],
  ];
  if (sets.length > 0) {
    const boundaries = [0];
    for (const words of sets) boundaries.push(boundaries.at(-1)! + words.length);
    lines.push(['cat_boundaries', boundaries], ['cat_threshold', sets.flatMap((words) => [...words])]);
  }
  lines.push(['is_linear', [0]], ['shrinkage', [shrinkage]]);
  return `Tree=${index}\n${lines.map(([name, values]) => `${name}=${values.join(' ')}\n`).join('')}\n\n`;
}

function decisionType(split: Split): number {
  if (split.kind === 'category') return DECISION.categorical | DECISION.missingNaN;
  return DECISION.missingNaN | (split.missingLeft ? DECISION.defaultLeft : 0);
}
