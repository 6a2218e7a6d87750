import {
  type BestSplit,
  type BoostingEngine,
  leafGain,
  leafWeight,
  type NodeScan,
  type Sums,
  type WeightBounds,
} from '@trainyard/kernels';
import type { ForestBuilder } from '../../trees/forest-builder.js';
import type { Columns } from '../bins.js';
import { HistogramSlots } from '../histogram-slots.js';
import { type LeafQuantile, residualQuantile } from '../objectives/leaf-quantile.js';
import type { TreeSettings } from '../settings.js';
import type { FeatureSampler } from './feature-sampler.js';
import { childBounds, clip } from './monotone.js';
import { type HistogramScale, splitRules } from './split-rules.js';

interface Leaf {
  readonly node: number;
  readonly depth: number;
  /** In units of the histogram. */
  readonly sums: Sums;
  /** L2 penalty on its value: splits on sets of categories add to it. */
  readonly lambda: number;
  /** Where its value must lie before the learning rate. */
  readonly bounds: WeightBounds | undefined;
  best: BestSplit | undefined;
  /** Gain of the best split in real units; 0 when the leaf stays one. */
  gain: number;
  slot: number;
}

type Penalties = Parameters<typeof leafWeight>[1];

function newLeaf(node: number, depth: number, sums: Sums, lambda: number, bounds: WeightBounds | undefined): Leaf {
  return { node, depth, sums, lambda, bounds, best: undefined, gain: 0, slot: -1 };
}

/** Gain below this share of a leaf's own score is rounding. */
const ROUNDING = 1e-10;

/** What a fit's trees have in common. */
export interface GrowthContext {
  readonly engine: BoostingEngine;
  readonly forest: ForestBuilder;
  readonly columns: Columns;
  readonly settings: TreeSettings;
  readonly features: FeatureSampler;
  readonly leafQuantile: LeafQuantile | undefined;
}

/** One tree: which output's, where its pairs are, and what they are scaled by. */
export interface TreeRequest {
  readonly output: number;
  readonly place: number;
  readonly scale: HistogramScale;
  /** Factor on the leaf values. */
  readonly learningRate: number;
}

/**
 * Grows one tree on the pairs and rows that the engine holds: leaf by leaf, always the one with the most to gain (Shi, 2007;
 * LightGBM), or level by level (XGBoost). A leaf whose best split gains too little stays one: neither library's histogram
 * method looks beyond it. Adds the tree to the forest and its values to the engine's scores of its output.
 */
export class TreeGrower {
  private readonly leaves: Leaf[] = [];
  private readonly slots: HistogramSlots<Leaf>;
  private readonly rootNode: number;

  constructor(
    private readonly context: GrowthContext,
    private readonly request: TreeRequest,
  ) {
    this.slots = new HistogramSlots(context.engine.slots, this.leaves);
    this.rootNode = context.forest.root();
  }

  grow(): void {
    const { engine, settings } = this.context;
    const { place, scale } = this.request;
    const sums = engine.beginTree(place, splitRules(settings, scale));
    const slot = this.slots.take();
    const bounds = settings.monotone.length > 0 ? { lower: -Infinity, upper: Infinity } : undefined;
    const root = newLeaf(this.rootNode, 0, sums, settings.lambda, bounds);
    root.slot = slot;
    this.leaves.push(root);
    if (settings.maxDepth > 0 && settings.maxLeaves > 1) {
      this.consider(root, engine.scanRoot(slot, this.nodeScan(root, 0)));
    }
    while (this.leaves.length < settings.maxLeaves) {
      const leaf = this.next();
      if (leaf < 0) break;
      this.split(leaf);
    }
    this.finish();
  }

  /** The leaf to split next; -1 when none gains. */
  private next(): number {
    const byDepth = this.context.settings.growth === 'depth';
    let next = -1;
    for (let i = 0; i < this.leaves.length; i++) {
      const leaf = this.leaves[i]!;
      if (!(leaf.gain > 0)) continue;
      const best = this.leaves[next];
      if (best === undefined) next = i;
      else if (!byDepth) next = leaf.gain > best.gain ? i : next;
      else if (leaf.depth < best.depth || (leaf.depth === best.depth && leaf.node < best.node)) next = i;
    }
    return next;
  }

  private real({ gradient, hessian }: Sums): Sums {
    const { scale } = this.request;
    return { gradient: gradient / scale.gradient, hessian: hessian / scale.hessian };
  }

  /** Keeps a leaf's best split when it gains enough. */
  private consider(leaf: Leaf, best: BestSplit | undefined): void {
    if (best === undefined) return;
    const { settings } = this.context;
    const penalties = this.penalties(this.lambdaOf(best));
    // The scan compared in f32: the sums themselves are exact.
    const { left, right } = this.childSums(leaf, best);
    const bounds = settings.parentGain === 'clipped' ? leaf.bounds : undefined;
    const own = leafGain(this.real(leaf.sums), this.penalties(settings.lambda), bounds);
    const children = leafGain(left, penalties, leaf.bounds) + leafGain(right, penalties, leaf.bounds);
    const gain = children - own;
    if (!(gain > Math.max(settings.minSplitGain, own * ROUNDING))) return;
    leaf.best = best;
    leaf.gain = gain;
  }

  /** Built field by field, as all that runs between two steps of the threads: spreading an object costs as much as a small step. */
  private penalties(lambda: number): Penalties {
    const { alpha, maxDeltaStep } = this.context.settings;
    return { lambda, alpha, maxDeltaStep };
  }

  private lambdaOf({ set, oneHot }: BestSplit): number {
    const { lambda, categories } = this.context.settings;
    return lambda + (set !== undefined && !oneHot ? categories.lambda : 0);
  }

  /** In real units. */
  private childSums({ sums }: Leaf, { gradient, hessian }: BestSplit): { left: Sums; right: Sums } {
    const right = { gradient: sums.gradient - gradient, hessian: sums.hessian - hessian };
    return { left: this.real({ gradient, hessian }), right: this.real(right) };
  }

  private split(index: number): void {
    const { engine, settings } = this.context;
    const { leaves, slots } = this;
    const parent = leaves[index]!;
    const best = parent.best!;
    const [left, right] = this.children(parent, best);
    const scan = leaves.length + 1 < settings.maxLeaves && left.depth < settings.maxDepth;
    const subtract = parent.slot >= 0;
    let [largeSlot, smallSlot] = [-1, -1];
    if (scan) {
      largeSlot = subtract ? parent.slot : slots.take();
      parent.slot = -1;
      smallSlot = slots.take();
    } else slots.release(parent.slot);
    const next = leaves.length;
    const found = engine.splitLeaf({
      leaf: index,
      newLeaf: next,
      feature: best.feature,
      scan,
      smallSlot,
      largeSlot,
      subtract,
      left: this.nodeScan(left, 0),
      right: this.nodeScan(right, 1),
    });
    const leftSmaller = engine.rowsOf(index) <= engine.rowsOf(next);
    left.slot = leftSmaller ? smallSlot : largeSlot;
    right.slot = leftSmaller ? largeSlot : smallSlot;
    leaves[index] = left;
    leaves.push(right);
    this.settle(left, found.left);
    this.settle(right, found.right);
  }

  /** The leaves that a split makes; adds it to the forest and tells the engine which bins go left. */
  private children(parent: Leaf, best: BestSplit): readonly [Leaf, Leaf] {
    const { columns, settings } = this.context;
    const left = { gradient: best.gradient, hessian: best.hessian };
    const right = { gradient: parent.sums.gradient - best.gradient, hessian: parent.sums.hessian - best.hessian };
    const node = this.addNode(parent, best, left.hessian >= right.hessian);
    const lambda = this.lambdaOf(best);
    const direction = settings.monotone[columns.used[best.feature]!] ?? 0;
    const bounds = childBounds(parent.bounds, direction, this.childSums(parent, best), this.penalties(lambda));
    const depth = parent.depth + 1;
    return [newLeaf(node, depth, left, lambda, bounds.left), newLeaf(node + 1, depth, right, lambda, bounds.right)];
  }

  /** Keeps what was found for a new leaf; one that stays a leaf needs no histogram. */
  private settle(leaf: Leaf, found: BestSplit | undefined): void {
    this.consider(leaf, found);
    if (leaf.gain > 0) return;
    this.slots.release(leaf.slot);
    leaf.slot = -1;
  }

  /** What the engine needs to find a leaf's best split. */
  private nodeScan(leaf: Leaf, place: 0 | 1): NodeScan {
    const { features } = this.context;
    const { scale } = this.request;
    if (features.masks) features.maskNode(place, leaf.depth, leaf.node - this.rootNode);
    const unit = scale.gradient / scale.hessian;
    const bounds = leaf.bounds && { lower: leaf.bounds.lower * unit, upper: leaf.bounds.upper * unit };
    return { gradient: leaf.sums.gradient, hessian: leaf.sums.hessian, masked: features.masks, bounds };
  }

  /** Adds the split to the forest and tells the engine which bins go left. Returns the left child's node. */
  private addNode({ node, gain }: Leaf, best: BestSplit, leftIsLarger: boolean): number {
    const { engine, forest, settings, columns } = this.context;
    const { goesLeft, cuts } = engine;
    const column = columns.used[best.feature]!;
    const unseenLeft = settings.missingUnseen === 'larger' && leftIsLarger;
    const missingLeft = best.missing === 'none' ? unseenLeft : best.missing === 'left';
    if (best.set !== undefined) {
      const set = best.set;
      for (let bin = 0; bin < 256; bin++) goesLeft[bin] = (set[bin >> 3]! >> (bin & 7)) & 1;
      return forest.split(node, { column, gain, threshold: 0, missingLeft, set });
    }
    goesLeft.fill(0).fill(1, 1, best.bin + 1);
    goesLeft[0] = missingLeft ? 1 : 0;
    const threshold = best.bin === 0 ? Number.NEGATIVE_INFINITY : cuts[best.feature * engine.cells + best.bin - 1]!;
    return forest.split(node, { column, gain, threshold, missingLeft });
  }

  /** Sets the leaves' values from their exact sums, or from their rows' residuals, and adds them to the scores. */
  private finish(): void {
    const { engine, forest, settings, leafQuantile } = this.context;
    const { output, learningRate } = this.request;
    const sums = engine.leafSums(this.leaves.length);
    const { rootStep, minChildHessian } = settings;
    const still = this.leaves.length === 1 && !(rootStep && sums[0]!.hessian >= minChildHessian);
    const values = this.leaves.map(({ node, lambda, bounds }, i) => {
      const step = leafQuantile
        ? clip(residualQuantile(leafQuantile, engine, i), bounds)
        : leafWeight(sums[i]!, this.penalties(lambda), bounds);
      const value = still ? 0 : Math.fround(learningRate * step);
      forest.setLeaf(node, value, sums[i]!.hessian);
      return value;
    });
    forest.endTree();
    engine.update(output, values);
  }
}
