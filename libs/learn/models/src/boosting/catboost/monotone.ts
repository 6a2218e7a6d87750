import type { LevelSplit } from '@trainyard/kernels';

/** Sweeps over all constrained features; with one feature the first is exact. */
const MOST_SWEEPS = 50;
/** Weight of a leaf without rows: it follows its neighbours. */
const LEAST_WEIGHT = 1e-9;

/** The leaves that differ only in the bin of one constrained feature, in the order in which values must not fall. */
type Chain = readonly number[];

/**
 * Makes the values of an oblivious tree's leaves monotone: isotonic regression by pooling adjacent violators, weighted by the
 * leaves' rows, along each constrained feature in turn until none violates (as CatBoost, whose leaf values are isotonic too).
 */
export class MonotoneLeaves {
  private readonly chains: readonly (readonly Chain[])[];

  /** `directions` has 1, -1 or 0 for each feature of the engine. */
  constructor(
    splits: readonly LevelSplit[],
    directions: Int8Array,
    private readonly weights: Float32Array,
  ) {
    const constrained = [...new Set(splits.map(({ feature }) => feature))].filter((f) => directions[f] !== 0);
    this.chains = constrained.map((feature) => chainsOf(splits, feature, directions[feature]!));
  }

  /** Changes the values in place: one a leaf. */
  apply(values: Float32Array): void {
    const { chains, weights } = this;
    for (let sweep = 0; sweep < (chains.length > 1 ? MOST_SWEEPS : 1); sweep++) {
      let changed = false;
      for (const chain of chains.flat()) changed = pool(values, weights, chain) || changed;
      if (!changed) return;
    }
    // What the sweeps left: running maxima along one feature keep the order along the others.
    for (const chain of chains.flat()) {
      for (let i = 1; i < chain.length; i++) values[chain[i]!] = Math.max(values[chain[i]!]!, values[chain[i - 1]!]!);
    }
  }
}

function chainsOf(splits: readonly LevelSplit[], feature: number, direction: number): Chain[] {
  const levels = splits.flatMap((split, level) => (split.feature === feature ? [level] : []));
  levels.sort((a, b) => splits[a]!.bin - splits[b]!.bin);
  const mask = levels.reduce((bits, level) => bits | (1 << level), 0);
  const chains: Chain[] = [];
  for (let leaf = 0; leaf < 1 << splits.length; leaf++) {
    if ((leaf & mask) !== 0) continue;
    const chain = [leaf];
    for (const level of levels) chain.push(chain.at(-1)! | (1 << level));
    chains.push(direction > 0 ? chain : chain.reverse());
  }
  return chains;
}

/** Pools adjacent violators; returns whether there was one. */
function pool(values: Float32Array, weights: Float32Array, chain: Chain): boolean {
  if (chain.every((leaf, i) => i === 0 || values[leaf]! >= values[chain[i - 1]!]!)) return false;
  const blocks: { sum: number; weight: number; leaves: number }[] = [];
  for (const leaf of chain) {
    const weight = Math.max(weights[leaf]!, LEAST_WEIGHT);
    let block = { sum: values[leaf]! * weight, weight, leaves: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.weight >= block.sum / block.weight; last = blocks.at(-1)) {
      blocks.pop();
      block = {
        sum: last.sum + block.sum,
        weight: last.weight + block.weight,
        leaves: last.leaves + block.leaves,
      };
    }
    blocks.push(block);
  }
  let at = 0;
  for (const { sum, weight, leaves } of blocks) {
    for (const end = at + leaves; at < end; at++) values[chain[at]!] = sum / weight;
  }
  return true;
}
