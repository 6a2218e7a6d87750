import type { Task } from '@trainyard/data';

export interface Leaf {
  readonly kind: 'leaf';
  /** What it adds to the score. */
  readonly value: number;
  /** Sum of hessians (or rows) of the training data that came here. */
  readonly cover: number;
}

/** Values <= threshold go left, larger ones right, missing ones left when `missingLeft`. */
export interface NumericSplit {
  readonly kind: 'numeric';
  readonly column: number;
  readonly threshold: number;
  readonly missingLeft: boolean;
  readonly gain: number;
  readonly cover: number;
  readonly left: Tree;
  readonly right: Tree;
}

/** The category codes of `codes` go left; all others, never seen ones too, right; missing ones left when `missingLeft`. */
export interface CategorySplit {
  readonly kind: 'category';
  readonly column: number;
  readonly codes: readonly number[];
  readonly missingLeft: boolean;
  readonly gain: number;
  readonly cover: number;
  readonly left: Tree;
  readonly right: Tree;
}

/** A tree as every format can say it. */
export type Tree = Leaf | NumericSplit | CategorySplit;

/** The loss it was trained on, which says how a score becomes a prediction: `log` losses predict exp(score). */
export type Loss =
  | { readonly name: 'squared' | 'absolute' | 'logistic' | 'softmax' | 'poisson' | 'gamma' }
  | { readonly name: 'huber' | 'pseudoHuber' | 'quantile' | 'tweedie'; readonly parameter: number };

/** Whether a loss's scores are logarithms of its predictions. */
export function hasLogLink({ name }: Loss): boolean {
  return name === 'poisson' || name === 'gamma' || name === 'tweedie';
}

/** A boosted ensemble, free of any format: tree t adds to output t % init.length. */
export interface TreeModel {
  readonly model: 'xgboost' | 'lightgbm';
  readonly task: Task;
  readonly loss: Loss;
  readonly names: readonly string[];
  /** Empty for regression. */
  readonly classes: readonly string[];
  /** Scores before the first tree, one an output. */
  readonly init: readonly number[];
  readonly trees: readonly Tree[];
}

/** The same tree with `change` applied to each leaf's value. */
export function mapLeaves(tree: Tree, change: (value: number) => number): Tree {
  if (tree.kind === 'leaf') return { ...tree, value: change(tree.value) };
  return { ...tree, left: mapLeaves(tree.left, change), right: mapLeaves(tree.right, change) };
}

/**
 * The model with its initial scores folded into the first tree of each output, for formats without them: `init` becomes 0.
 * A model without trees gets one leaf an output.
 */
export function foldInit(model: TreeModel): TreeModel {
  const { init } = model;
  const trees = model.trees.length > 0 ? model.trees : init.map((): Leaf => ({ kind: 'leaf', value: 0, cover: 0 }));
  const folded = trees.map((tree, t) => (t < init.length ? mapLeaves(tree, (value) => value + init[t]!) : tree));
  return { ...model, init: init.map(() => 0), trees: folded };
}
