import type { BoostingEngine } from '@trainyard/kernels';
import type { GradientSource } from '../objectives/gradient-source.js';
import type { RowSampling } from '../settings.js';
import { kthLargest } from './kth-largest.js';
import { mixBits, seedOf } from './seeds.js';

/** What a round's sampling may ask. */
export interface SamplingRound {
  readonly round: number;
  readonly learningRate: number;
  readonly outputs: number;
  readonly gradients: GradientSource;
}

/** Chooses the rows that each round's trees grow on. Draws depend on seed and round alone. */
export class RowSampler {
  /** The rows of the last draw, ascending. */
  active: Uint32Array;
  private readonly drawn: Uint32Array;
  /** GOSS: |gradient x hessian| of each row, summed over outputs, and the weights before they were raised. */
  private readonly influence: Float32Array;
  private readonly plainWeights: Float32Array;

  constructor(
    private readonly engine: BoostingEngine,
    /** Rows of positive weight. */
    private readonly rows: Uint32Array,
    private readonly sampling: RowSampling,
    private readonly seed: number,
  ) {
    const goss = sampling.kind === 'goss';
    this.drawn = new Uint32Array(sampling.kind === 'all' ? 0 : rows.length);
    this.influence = new Float32Array(goss ? engine.weights.length : 0);
    this.plainWeights = goss ? engine.weights.slice() : new Float32Array(0);
    this.active = rows;
    engine.activate(rows);
  }

  /** Draws the rows of a round where it is due; uniform draws stay for `every` rounds. */
  begin(round: SamplingRound): void {
    if (this.sampling.kind === 'uniform') {
      if (round.round % this.sampling.every === 0) this.restore(round.round + 1);
    } else if (this.sampling.kind === 'goss') this.drawByGradient(this.sampling.top, this.sampling.other, round);
  }

  /** The rows as they were after `rounds` rounds. */
  restore(rounds: number): void {
    if (this.sampling.kind !== 'uniform') return;
    const draw = Math.floor(Math.max(0, rounds - 1) / this.sampling.every);
    this.drawUniform(this.sampling.share, seedOf(this.seed, 0, draw));
  }

  /** Gives rows that stood for others their own weight back. */
  end(): void {
    if (this.sampling.kind === 'goss') this.engine.weights.set(this.plainWeights);
  }

  private drawUniform(share: number, seed: number): void {
    const most = share * 2 ** 32;
    let count = 0;
    for (let i = 0; i < this.rows.length; i++) {
      const row = this.rows[i]!;
      if (mixBits(row ^ seed) < most) this.drawn[count++] = row;
    }
    this.activate(count);
  }

  /**
   * Gradient-based one-side sampling: the `top` share of rows by influence, and a share `other` of all from the rest, which
   * count for those left out. The first 1 / learning rate rounds use all rows, as in LightGBM.
   */
  private drawByGradient(top: number, other: number, { round, learningRate, outputs, gradients }: SamplingRound): void {
    const { rows, engine, influence } = this;
    if (round < 1 / learningRate) {
      this.activate(0);
      return;
    }
    influence.fill(0);
    for (let first = 0; first < outputs; first += engine.places) {
      const count = Math.min(engine.places, outputs - first);
      gradients.pairs(first, count);
      for (let place = 0; place < count; place++) {
        const pairs = engine.pairs(place);
        for (let row = 0; row < influence.length; row++)
          influence[row]! += Math.abs(pairs[2 * row]! * pairs[2 * row + 1]!);
      }
    }
    const kept = Math.max(1, Math.floor(rows.length * top));
    const least = kthLargest(influence, rows, kept);
    const [chance, raised] = [(other / (1 - top)) * 2 ** 32, (1 - top) / other];
    const seed = seedOf(this.seed, 1, round);
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (influence[row]! >= least) this.drawn[count++] = row;
      else if (mixBits(row ^ seed) < chance) {
        engine.weights[row]! *= raised;
        this.drawn[count++] = row;
      }
    }
    this.activate(count);
  }

  /** A draw that kept none keeps all. */
  private activate(count: number): void {
    this.active = count > 0 ? this.drawn.subarray(0, count) : this.rows;
    this.engine.activate(this.active);
  }
}
