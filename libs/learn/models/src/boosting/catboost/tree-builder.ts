import type { LevelSplit } from '@trainyard/kernels';
import { concatenate } from './join-trees.js';
import type { Features, ObliviousTrees } from './oblivious-trees.js';

/** One grown tree. */
export interface GrownTree {
  readonly splits: readonly LevelSplit[];
  /** `leaf * outputs + output`. */
  readonly values: Float32Array;
  readonly weights: Float32Array;
}

/** The trees of a fit so far. */
export class TreeBuilder {
  private readonly trees: GrownTree[] = [];

  constructor(
    private readonly init: Float64Array,
    private readonly features: Features,
  ) {}

  get length(): number {
    return this.trees.length;
  }

  add(tree: GrownTree): void {
    this.trees.push(tree);
  }

  at(index: number): GrownTree {
    return this.trees[index]!;
  }

  /** Takes over the trees of a checkpoint. */
  append({ outputs, depth, splitFeature, splitBin, leafValue, leafWeight }: ObliviousTrees): void {
    let split = 0;
    let leaf = 0;
    for (const levels of depth) {
      const splits = Array.from({ length: levels }, (_, i) => {
        return { feature: splitFeature[split + i]!, bin: splitBin[split + i]!, score: 0 };
      });
      const end = leaf + 2 ** levels;
      this.add({
        splits,
        values: leafValue.slice(leaf * outputs, end * outputs),
        weights: leafWeight.slice(leaf, end),
      });
      split += levels;
      leaf = end;
    }
  }

  /** The trees [from, to). */
  build(from = 0, to = this.trees.length): ObliviousTrees {
    const trees = this.trees.slice(from, to);
    const splits = trees.flatMap((tree) => tree.splits);
    return {
      outputs: this.init.length,
      init: this.init,
      features: this.features,
      depth: Int32Array.from(trees, (tree) => tree.splits.length),
      splitFeature: Int32Array.from(splits, (split) => split.feature),
      splitBin: Uint8Array.from(splits, (split) => split.bin),
      leafValue: concatenate(trees.map((tree) => tree.values)),
      leafWeight: concatenate(trees.map((tree) => tree.weights)),
    };
  }
}
