import { createRandom } from '@trainyard/data';
import type { CoordinateProblem } from './coordinate-problem.js';

/** The penalties in sums over rows: `l1 |w| + l2 w^2 / 2`, and what restricts the coefficients. */
export interface CoordinateRules {
  readonly l1: number;
  readonly l2: number;
  /** No coefficient below 0. */
  readonly positive: boolean;
  /** A new random order each pass instead of the columns' own. */
  readonly random: boolean;
  readonly seed: number;
}

/** Passes over the active set between passes over all coordinates. */
const ACTIVE_PASSES = 10;

/**
 * Cyclic coordinate descent for `||y - X w||^2 / 2 + l1 ||w||_1 + l2 ||w||^2 / 2` with an active set: after each pass over all
 * coordinates only those that are not 0 are visited until they settle (Friedman, Hastie and Tibshirani 2010).
 */
export class CoordinateDescent {
  private readonly every: Uint32Array;

  constructor(
    private readonly problem: CoordinateProblem,
    private readonly rules: CoordinateRules,
    readonly coefficients: Float64Array,
  ) {
    this.every = Uint32Array.from(coefficients, (_, j) => j);
  }

  /** Moves the residual to the coefficients, for a start that is not 0. */
  begin(): void {
    for (let j = 0; j < this.coefficients.length; j++) {
      if (this.coefficients[j] !== 0) this.problem.move(j, this.coefficients[j]!);
    }
  }

  /** One pass over all coordinates, then some over the active ones until they change by less than `tolerance` of the largest. */
  async iterate(iteration: number, tolerance: number, breathe: () => Promise<void>): Promise<void> {
    if ((await this.pass(this.every, iteration * (ACTIVE_PASSES + 1), breathe)) <= tolerance) return;
    const active = this.every.filter((j) => this.coefficients[j] !== 0);
    for (let pass = 1; pass <= ACTIVE_PASSES; pass++) {
      if ((await this.pass(active, iteration * (ACTIVE_PASSES + 1) + pass, breathe)) <= tolerance) return;
    }
  }

  /**
   * How far the value is above the minimum at most: the duality gap (Kim, Koh, Lustig, Boyd and Gorinevsky 2007), as scikit-learn
   * computes it. In the units of the objective.
   */
  dualityGap(): number {
    const { problem, coefficients, rules } = this;
    let norm = 0;
    let l1Norm = 0;
    let squares = 0;
    for (let j = 0; j < coefficients.length; j++) {
      const w = coefficients[j]!;
      const correlation = problem.correlation(j) - rules.l2 * w;
      norm = Math.max(norm, rules.positive ? correlation : Math.abs(correlation));
      l1Norm += Math.abs(w);
      squares += w * w;
    }
    const residual = problem.residual(coefficients);
    const scale = norm > rules.l1 ? rules.l1 / norm : 1;
    const smooth = 0.5 * residual.squares * (1 + scale * scale) - scale * residual.timesTarget;
    return smooth + rules.l1 * l1Norm + 0.5 * rules.l2 * (1 + scale * scale) * squares;
  }

  /** Visits the coordinates once; returns the largest change relative to the largest coefficient. */
  private async pass(coordinates: Uint32Array, number: number, breathe: () => Promise<void>): Promise<number> {
    const order = this.rules.random
      ? createRandom(this.rules.seed * 1_000_003 + number).shuffle(coordinates.slice())
      : coordinates;
    let change = 0;
    let size = 0;
    for (let at = 0; at < order.length; at++) {
      const j = order[at]!;
      change = Math.max(change, this.visit(j));
      size = Math.max(size, Math.abs(this.coefficients[j]!));
      if (at % 64 === 63) await breathe();
    }
    await breathe();
    return size === 0 ? 0 : change / size;
  }

  private visit(j: number): number {
    const { problem, coefficients } = this;
    const { l1, l2, positive } = this.rules;
    const square = problem.squares[j]!;
    if (square === 0) return 0;
    const before = coefficients[j]!;
    const pull = problem.correlation(j) + before * square;
    const shrunk = positive && pull < 0 ? 0 : Math.sign(pull) * Math.max(0, Math.abs(pull) - l1);
    const after = shrunk / (square + l2);
    if (after === before) return 0;
    coefficients[j] = after;
    problem.move(j, after - before);
    return Math.abs(after - before);
  }
}
