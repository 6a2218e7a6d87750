import { createRandom } from '@trainyard/data';
import type { BoostingEngine } from '@trainyard/kernels';
import { seedOf } from '../sampling/seeds.js';

const DRAW = { tree: 0, level: 1, node: 2 } as const;

export interface FeatureShares {
  readonly byTree: number;
  readonly byLevel: number;
  readonly byNode: number;
}

/**
 * Which features a tree may split on, which of them a level may, and which of those a node may: shares, one feature at least
 * (XGBoost's colsample_bytree, bylevel and bynode).
 */
export class FeatureSampler {
  private readonly featureBins: Int32Array;
  private readonly all: Uint32Array;
  private ofTree: Uint32Array;
  private treeSeed = 0;

  constructor(
    private readonly engine: BoostingEngine,
    private readonly shares: FeatureShares,
    private readonly seed: number,
  ) {
    this.featureBins = engine.bins.slice();
    this.all = Uint32Array.from(this.featureBins, (_, f) => f);
    this.ofTree = this.all;
  }

  /** Whether nodes need masks. */
  get masks(): boolean {
    return this.shares.byLevel < 1 || this.shares.byNode < 1;
  }

  /** Chooses the features of tree number `tree`: the others have no bins. */
  beginTree(tree: number): void {
    this.treeSeed = seedOf(this.seed, DRAW.tree, tree);
    if (this.shares.byTree >= 1) return;
    this.ofTree = draw(this.all, this.shares.byTree, this.treeSeed);
    this.engine.bins.fill(0);
    for (const f of this.ofTree) this.engine.bins[f] = this.featureBins[f]!;
  }

  /** Writes one of the engine's masks for node number `node` of the tree. */
  maskNode(place: 0 | 1, depth: number, node: number): void {
    const { byLevel, byNode } = this.shares;
    const ofLevel = draw(this.ofTree, byLevel, seedOf(this.treeSeed, DRAW.level, depth));
    const mask = this.engine.masks[place].fill(0);
    for (const f of draw(ofLevel, byNode, seedOf(this.treeSeed, DRAW.node, node))) mask[f] = 1;
  }
}

function draw(features: Uint32Array, share: number, seed: number): Uint32Array {
  if (share >= 1) return features;
  const shuffled = createRandom(seed).shuffle(features.slice());
  return shuffled.subarray(0, Math.max(1, Math.round(features.length * share)));
}
