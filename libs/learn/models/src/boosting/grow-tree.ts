import type { BestSplit, BoostingEngine, SplitRules, Sums } from '@trainyard/kernels';
import type { ForestBuilder } from '../trees/forest-builder.js';
import type { Columns } from './bins.js';
import { HistogramSlots } from './histogram-slots.js';
import type { LightGBMParams } from './parameters.js';

/** Units of the histogram in one unit of gradient and of hessian (1 for exact histograms). */
export interface HistogramScale {
  readonly gradient: number;
  readonly hessian: number;
}

interface Leaf {
  readonly node: number;
  readonly depth: number;
  /** In units of the histogram. */
  readonly sums: Sums;
  /** L2 penalty on its value: splits on sets of categories add to it. */
  readonly lambda: number;
  best: BestSplit | undefined;
  /** Gain of the best split in real units; 0 when the leaf stays one. */
  gain: number;
  slot: number;
}

/** Gain below this share of a leaf's own score is rounding. */
const ROUNDING = 1e-10;

/**
 * Grows one tree leaf by leaf, always splitting the leaf with the most to gain (Shi, 2007; LightGBM), on the pairs and rows
 * that the engine holds. Adds it to `forest` and its values to the engine's scores of `output`.
 */
export class TreeGrower {
  private readonly leaves: Leaf[] = [];
  private readonly slots: HistogramSlots<Leaf>;
  private readonly rules: SplitRules;

  constructor(
    private readonly engine: BoostingEngine,
    private readonly forest: ForestBuilder,
    private readonly columns: Columns,
    private readonly params: LightGBMParams,
    private readonly scale: HistogramScale,
  ) {
    this.slots = new HistogramSlots(engine.slots, this.leaves);
    this.rules = rulesFor(params, scale);
  }

  /** Grows the tree of `output`, whose pairs are at `place`. */
  grow(output: number, place: number): void {
    const sums = this.engine.beginTree(place, this.rules);
    const slot = this.slots.take();
    const root = { node: this.forest.root(), depth: 0, sums, lambda: this.params.reg_lambda, slot, gain: 0 };
    this.leaves.push({ ...root, best: undefined });
    this.consider(this.leaves[0]!, this.engine.scanRoot(slot, sums));
    while (this.leaves.length < this.params.num_leaves) {
      const leaf = this.mostGain();
      if (leaf < 0) break;
      this.split(leaf);
    }
    this.finish(output);
  }

  private mostGain(): number {
    let most = -1;
    for (let i = 0; i < this.leaves.length; i++) {
      if (this.leaves[i]!.gain > (most < 0 ? 0 : this.leaves[most]!.gain)) most = i;
    }
    return most;
  }

  /** Keeps a leaf's best split when it gains enough. */
  private consider(leaf: Leaf, best: BestSplit | undefined): void {
    if (best === undefined) return;
    const { reg_lambda, cat_l2, min_split_gain } = this.params;
    const lambda = reg_lambda + (best.set !== undefined && !best.oneHot ? cat_l2 : 0);
    const own = this.score(leaf.sums.gradient, leaf.sums.hessian, reg_lambda);
    // The scan compared in f32: the sums themselves are exact.
    const { gradient, hessian } = best;
    const other = this.score(leaf.sums.gradient - gradient, leaf.sums.hessian - hessian, lambda);
    const gain = this.score(gradient, hessian, lambda) + other - own;
    if (!(gain > Math.max(min_split_gain, own * ROUNDING))) return;
    leaf.best = best;
    leaf.gain = gain;
  }

  /** max(|G| - alpha, 0)^2 / (H + lambda) in real units. */
  private score(gradient: number, hessian: number, lambda: number): number {
    const shrunk = Math.max(Math.abs(gradient) / this.scale.gradient - this.params.reg_alpha, 0);
    return (shrunk * shrunk) / (hessian / this.scale.hessian + lambda);
  }

  private split(index: number): void {
    const { engine, leaves, params, slots } = this;
    const parent = leaves[index]!;
    const best = parent.best!;
    const left = { gradient: best.gradient, hessian: best.hessian };
    const right = {
      gradient: parent.sums.gradient - best.gradient,
      hessian: parent.sums.hessian - best.hessian,
    };
    const node = this.addNode(parent, best, left.hessian >= right.hessian);
    const depth = parent.depth + 1;
    const lambda = params.reg_lambda + (best.set !== undefined && !best.oneHot ? params.cat_l2 : 0);
    const scan = leaves.length + 1 < params.num_leaves && !(params.max_depth > 0 && depth >= params.max_depth);
    const subtract = parent.slot >= 0;
    let [largeSlot, smallSlot] = [-1, -1];
    if (scan) {
      largeSlot = subtract ? parent.slot : slots.take();
      parent.slot = -1;
      smallSlot = slots.take();
    } else {
      slots.release(parent.slot);
    }
    const newLeaf = leaves.length;
    const request = { leaf: index, newLeaf, feature: best.feature, left, right, scan, smallSlot, largeSlot, subtract };
    const found = engine.splitLeaf(request);
    const leftSmaller = engine.rowsOf(index) <= engine.rowsOf(newLeaf);
    const child = { depth, lambda, best: undefined, gain: 0 };
    leaves[index] = { ...child, node, sums: left, slot: leftSmaller ? smallSlot : largeSlot };
    leaves.push({ ...child, node: node + 1, sums: right, slot: leftSmaller ? largeSlot : smallSlot });
    this.consider(leaves[index], found.left);
    this.consider(leaves[newLeaf]!, found.right);
    for (const leaf of [leaves[index], leaves[newLeaf]!]) {
      if (leaf.gain > 0) continue;
      slots.release(leaf.slot);
      leaf.slot = -1;
    }
  }

  /** Adds the split to the forest and tells the engine which bins go left. Returns the left child's node. */
  private addNode({ node, gain }: Leaf, best: BestSplit, leftIsLarger: boolean): number {
    const { goesLeft, cuts } = this.engine;
    const column = this.columns.used[best.feature]!;
    // Without missing values in training, they follow the larger child.
    const missingLeft = best.missing === 'none' ? leftIsLarger : best.missing === 'left';
    if (best.set !== undefined) {
      const set = best.set;
      for (let bin = 0; bin < 256; bin++) goesLeft[bin] = (set[bin >> 3]! >> (bin & 7)) & 1;
      return this.forest.split(node, { column, gain, threshold: 0, missingLeft, set });
    }
    goesLeft.fill(0).fill(1, 1, best.bin + 1);
    goesLeft[0] = missingLeft ? 1 : 0;
    const threshold = best.bin === 0 ? Number.NEGATIVE_INFINITY : cuts[best.feature * 256 + best.bin - 1]!;
    return this.forest.split(node, { column, gain, threshold, missingLeft });
  }

  /** Leaf values from exact sums, whatever the histograms' precision. */
  private finish(output: number): void {
    const { learning_rate, reg_alpha } = this.params;
    const sums = this.engine.leafSums(this.leaves.length);
    const values = this.leaves.map(({ node, lambda }, i) => {
      const { gradient, hessian } = sums[i]!;
      const shrunk = Math.sign(gradient) * Math.max(Math.abs(gradient) - reg_alpha, 0);
      const denominator = hessian + lambda;
      const value = denominator > 0 ? Math.fround((-learning_rate * shrunk) / denominator) : 0;
      this.forest.setLeaf(node, value, hessian);
      return value;
    });
    this.forest.endTree();
    this.engine.update(output, values);
  }
}

function rulesFor(params: LightGBMParams, scale: HistogramScale): SplitRules {
  return {
    lambda: params.reg_lambda * scale.hessian,
    alpha: params.reg_alpha * scale.gradient,
    minHessian: params.min_child_weight * scale.hessian,
    minRows: params.min_child_samples,
    minGain: (params.min_split_gain * scale.gradient ** 2) / scale.hessian,
    catSmooth: params.cat_smooth * scale.hessian,
    catSmoothRows: params.cat_smooth,
    catLambda: params.cat_l2 * scale.hessian,
    maxCatThreshold: params.max_cat_threshold,
    maxCatToOnehot: params.max_cat_to_onehot,
    minDataPerGroup: params.min_data_per_group,
    maxDeltaStep: 0,
  };
}
