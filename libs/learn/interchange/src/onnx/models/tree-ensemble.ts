import type { Tree } from '../../trees/tree.js';
import { type Attributes, ML, type OnnxGraph, type Value } from '../graph.js';

/** What a leaf of a tree adds to which outputs. */
export type LeafOf = (value: number, tree: number) => readonly (readonly [output: number, weight: number])[];

/** The arrays of a TreeEnsembleRegressor: one entry a node, and one a leaf. */
class Arrays {
  readonly treeIds: number[] = [];
  readonly nodeIds: number[] = [];
  readonly features: number[] = [];
  readonly modes: string[] = [];
  readonly values: number[] = [];
  readonly trueIds: number[] = [];
  readonly falseIds: number[] = [];
  readonly missingTrue: number[] = [];
  readonly leafTrees: number[] = [];
  readonly leafNodes: number[] = [];
  readonly leafTargets: number[] = [];
  readonly leafWeights: number[] = [];

  private tree = 0;
  private first = 0;

  constructor(private readonly leafOf: LeafOf) {}

  addTree(tree: Tree, id: number): void {
    this.first = this.nodeIds.length;
    this.tree = id;
    this.add(tree);
  }

  /** Returns the node's id within its tree. */
  private add(tree: Tree): number {
    if (tree.kind === 'numeric') {
      const node = this.push('BRANCH_LEQ', tree.column, tree.threshold, tree.missingLeft);
      this.trueIds[this.first + node] = this.add(tree.left);
      this.falseIds[this.first + node] = this.add(tree.right);
      return node;
    }
    if (tree.kind === 'category') return this.addCategories(tree);
    const node = this.push('LEAF', 0, 0, false);
    for (const [target, weight] of this.leafOf(tree.value, this.tree)) {
      this.leafTrees.push(this.tree);
      this.leafNodes.push(node);
      this.leafTargets.push(target);
      this.leafWeights.push(weight);
    }
    return node;
  }

  /** A set of categories is a chain of equalities whose true branches all lead to the same node, as onnxruntime expects. */
  private addCategories({ codes, column, missingLeft, left, right }: Extract<Tree, { kind: 'category' }>): number {
    const chain = codes.map((code) => this.push('BRANCH_EQ', column, code, missingLeft));
    const whenIn = this.add(left);
    const otherwise = this.add(right);
    chain.forEach((node, k) => {
      this.trueIds[this.first + node] = whenIn;
      this.falseIds[this.first + node] = chain[k + 1] ?? otherwise;
    });
    return chain[0]!;
  }

  private push(mode: string, feature: number, value: number, missingTrue: boolean): number {
    const id = this.nodeIds.length - this.first;
    this.treeIds.push(this.tree);
    this.nodeIds.push(id);
    this.features.push(feature);
    this.modes.push(mode);
    this.values.push(value);
    this.trueIds.push(0);
    this.falseIds.push(0);
    this.missingTrue.push(Number(missingTrue));
    return id;
  }
}

/**
 * Sums of the leaves of trees plus `init`, float32 `N x outputs`; by default tree t adds to output t % outputs. The deprecated
 * TreeEnsembleRegressor of ai.onnx.ml 3 is what every runtime reads; its classifier twin gave probabilities that do not
 * sum to 1 for two classes, so classes too are made from these sums.
 */
export function treeEnsemble(
  graph: OnnxGraph,
  x: Value,
  trees: readonly Tree[],
  init: readonly number[],
  leafOf: LeafOf = (value, tree) => [[tree % init.length, value]],
): Value {
  const outputs = init.length;
  const arrays = new Arrays(leafOf);
  trees.forEach((tree, t) => {
    arrays.addTree(tree, t);
  });
  const attributes: Attributes = {
    n_targets: { int: outputs },
    aggregate_function: { string: 'SUM' },
    base_values: { floats: init },
    nodes_treeids: { ints: arrays.treeIds },
    nodes_nodeids: { ints: arrays.nodeIds },
    nodes_featureids: { ints: arrays.features },
    nodes_modes: { strings: arrays.modes },
    nodes_values: { floats: arrays.values },
    nodes_truenodeids: { ints: arrays.trueIds },
    nodes_falsenodeids: { ints: arrays.falseIds },
    nodes_missing_value_tracks_true: { ints: arrays.missingTrue },
    target_treeids: { ints: arrays.leafTrees },
    target_nodeids: { ints: arrays.leafNodes },
    target_ids: { ints: arrays.leafTargets },
    target_weights: { floats: arrays.leafWeights },
  };
  return graph.node('TreeEnsembleRegressor', [x], attributes, ML);
}
