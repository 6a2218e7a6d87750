import type { DrawKind, ObliviousEngine } from '@trainyard/kernels';
import { seedOf } from '../sampling/seeds.js';
import { DRAW_SEED } from './grow-tree.js';
import type { Loss } from './loss.js';
import type { CatBoostParams } from './parameters.js';

/** Under this many rows CatBoost keeps all. */
const FEW_ROWS = 100;
const DEFAULT_SHARE = 0.8;
/** Rows that the threshold of minimal variance sampling is found from. */
const THRESHOLD_ROWS = 4096;

/** Weighs the rows anew for each tree. */
export class Bootstrap {
  private readonly kind: DrawKind;
  private readonly share: number;

  constructor(
    private readonly engine: ObliviousEngine,
    private readonly params: CatBoostParams,
    private readonly loss: Loss,
    /** Rows of positive weight. */
    private readonly rows: Uint32Array,
    private readonly seed: number,
  ) {
    this.share = params.subsample ?? (rows.length < FEW_ROWS ? 1 : DEFAULT_SHARE);
    const type = params.bootstrap_type ?? (loss.kind === 'softmax' ? 'Bayesian' : 'MVS');
    const samples = type === 'Bayesian' ? params.bagging_temperature > 0 : this.share < 1;
    this.kind = samples
      ? ({ Bayesian: 'bayesian', Bernoulli: 'bernoulli', MVS: 'minimalVariance', No: 'none' } as const)[type]
      : 'none';
    this.engine.draw('none', 0, 0);
  }

  /** Draws the rows of a tree by the engine's gradients. */
  draw(tree: number): void {
    if (this.kind === 'none') return;
    const seed = seedOf(this.seed, DRAW_SEED.rows, tree);
    if (this.kind !== 'minimalVariance') {
      const amount = this.kind === 'bayesian' ? this.params.bagging_temperature : this.share;
      this.engine.draw(this.kind, amount, seed);
      return;
    }
    const sizes = this.gradientSizes();
    const regulariser = this.params.mvs_reg ?? (sizes.reduce((sum, size) => sum + size, 0) / sizes.length) ** 2;
    for (let i = 0; i < sizes.length; i++) sizes[i] = Math.sqrt(sizes[i]! ** 2 + regulariser);
    this.engine.draw(this.kind, regulariser, seed, findThreshold(sizes, this.share));
  }

  /** Lengths of the gradients of some rows, evenly spread. */
  private gradientSizes(): Float64Array {
    const { engine, rows, loss } = this;
    const n = Math.min(rows.length, THRESHOLD_ROWS);
    const sizes = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const row = rows[Math.floor((i * rows.length) / n)]!;
      let square = 0;
      for (let c = 0; c < loss.outputs; c++) square += engine.gradients[c * engine.plane + row]! ** 2;
      sizes[i] = Math.sqrt(square);
    }
    return sizes;
  }
}

/** The mu for which the mean of min(1, size / mu) is `share`. The sizes are put in another order. */
export function findThreshold(sizes: Float64Array, share: number): number {
  const n = sizes.length;
  let low = 0;
  let high = 0;
  for (const size of sizes) high += size;
  high = high / (n * share) || 1;
  // Sizes before `first` are below mu for certain and add up to `sum`, those from `end` on are not.
  let [first, end, sum] = [0, n, 0];
  // At `high` the mean is at most the share; each halving of the range brings the two closer.
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    let [split, below] = [first, 0];
    for (let k = first; k < end; k++) {
      const size = sizes[k]!;
      if (size >= middle) continue;
      sizes[k] = sizes[split]!;
      sizes[split++] = size;
      below += size;
    }
    if ((sum + below) / middle + (n - split) > share * n) {
      low = middle;
      first = split;
      sum += below;
    } else {
      high = middle;
      end = split;
    }
  }
  return high;
}
