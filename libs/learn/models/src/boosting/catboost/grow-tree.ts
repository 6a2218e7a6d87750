import { createRandom } from '@trainyard/data';
import type { LevelSplit, ObliviousEngine } from '@trainyard/kernels';
import { seedOf } from '../sampling/seeds.js';
import type { CatBoostParams } from './parameters.js';

/** Purposes of random numbers. */
export const DRAW_SEED = { cuts: 1, rows: 2, features: 3, noise: 4, order: 5 } as const;

/** Sums over the rows stay below 2^30: well inside 32 bits, rounding included. */
const LARGEST_SUM = 2 ** 30;

/** The largest power of two by which a sum of `sum` stays in range: integer weights then stay whole. */
function scaleOf(sum: number): number {
  return sum > 0 ? 2 ** Math.max(-100, Math.min(60, Math.floor(Math.log2(LARGEST_SUM / sum)))) : 1;
}

/** What the noise on scores depends on. */
export interface NoiseSource {
  /** Sum of all sample weights: rows, when all weigh 1. */
  readonly total: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** Finds the splits of one tree, level by level, by the gradients and draws that the engine holds. */
export class TreeGrower {
  private readonly allBins: Int32Array;

  constructor(
    private readonly engine: ObliviousEngine,
    private readonly params: CatBoostParams,
    private readonly noise: NoiseSource,
  ) {
    this.allBins = engine.bins.slice();
  }

  /** Grows tree number `tree`; `between` runs before each level, so that the event loop may run. */
  async grow(tree: number, between: () => Promise<void>): Promise<LevelSplit[]> {
    const { engine, params, noise } = this;
    const spread = engine.spread();
    const scaleG = scaleOf(spread.gradients);
    const scaleW = scaleOf(spread.draws);
    engine.quantise(scaleG, scaleW);
    engine.beginTree();
    const cosine = params.score_function === 'Cosine';
    const unit = cosine ? scaleG / Math.sqrt(scaleW) : (scaleG * scaleG) / scaleW;
    const strength = this.noiseStrength(tree, spread.squares) * unit;
    const splits: LevelSplit[] = [];
    while (splits.length < params.depth) {
      await between();
      const level = splits.length;
      if (params.rsm < 1) this.chooseFeatures(tree * 16 + level);
      const seed = seedOf(noise.seed, DRAW_SEED.noise, tree * 16 + level);
      const rules = { lambda: params.l2_leaf_reg * scaleW, cosine, noise: strength, seed };
      const split = engine.level(2 ** Math.max(0, level - 1), splits.at(-1), rules);
      if (split === undefined) break;
      splits.push(split);
    }
    return splits;
  }

  /** CatBoost's "normal with model size decrease": the gradients' deviation from zero, times what the model may still grow. */
  private noiseStrength(tree: number, squares: number): number {
    const { total, learningRate } = this.noise;
    const left = Math.exp(Math.log(total) - tree * learningRate);
    return this.params.random_strength * Math.sqrt(squares / total) * (left / (1 + left));
  }

  private chooseFeatures(level: number): void {
    const draw = seedOf(this.noise.seed, DRAW_SEED.features, level);
    const chosen = sampleFeatures(this.allBins.length, this.params.rsm, draw);
    this.engine.bins.set(this.allBins.map((bins, f) => (chosen[f] === 1 ? bins : 0)));
  }
}

/** Which of `n` features a level may use: the rounded share of them, one at least. */
function sampleFeatures(n: number, share: number, draw: number): Uint8Array {
  const order = createRandom(draw).shuffle(Uint32Array.from({ length: n }, (_, i) => i));
  const chosen = new Uint8Array(n);
  for (const f of order.subarray(0, Math.max(1, Math.round(n * share)))) chosen[f] = 1;
  return chosen;
}
