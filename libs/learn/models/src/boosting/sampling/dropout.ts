import { createRandom } from '@trainyard/data';
import type { DropoutSettings } from '../settings.js';
import { seedOf } from './seeds.js';

/** What one round of DART does to the trees. */
export interface DropoutRound {
  /** Rounds whose trees are left out while this round's grow. */
  readonly dropped: readonly number[];
  /** Learning rate of the new trees. */
  readonly learningRate: number;
  /** Factor on the dropped trees afterwards. */
  readonly factor: number;
}

/** Boosting with dropout of whole rounds (Rashmi and Gilad-Bachrach, "DART", 2015). */
export class Dropout {
  /** The weight of each round so far; part of a checkpoint. */
  weights: number[] = [];

  constructor(
    private readonly settings: DropoutSettings,
    private readonly learningRate: number,
    private readonly seed: number,
  ) {}

  /** Chooses what round number `weights.length` drops, and records the weights that follow. */
  next(): DropoutRound {
    const dropped = this.draw();
    const { learningRate, settings } = this;
    const k = dropped.length;
    let [rate, factor] = [learningRate, 1];
    if (k > 0 && settings.normalisation === 'average') [rate, factor] = [learningRate / (1 + k), k / (1 + k)];
    if (k > 0 && settings.normalisation === 'tree') {
      [rate, factor] = [learningRate / (k + learningRate), k / (k + learningRate)];
    }
    if (k > 0 && settings.normalisation === 'forest') {
      [rate, factor] = [learningRate / (1 + learningRate), 1 / (1 + learningRate)];
    }
    for (const round of dropped) this.weights[round]! *= factor;
    this.weights.push(rate);
    return { dropped, learningRate: rate, factor };
  }

  private draw(): number[] {
    const { rate, skip, most, one, sampling } = this.settings;
    const n = this.weights.length;
    const random = createRandom(seedOf(this.seed, 0, n));
    if (n === 0 || random.next() < skip) return [];
    const total = this.weights.reduce((sum, weight) => sum + weight, 0);
    const expected = most > 0 ? Math.min(rate * n, most) : rate * n;
    const dropped: number[] = [];
    for (let round = 0; round < n; round++) {
      const share = sampling === 'uniform' ? 1 / n : this.weights[round]! / total;
      if (random.next() < expected * share) dropped.push(round);
      if (dropped.length === most && most > 0) break;
    }
    if (dropped.length === 0 && one) dropped.push(random.integer(n));
    return dropped;
  }
}
