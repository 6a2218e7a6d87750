import { couplePairs } from './pairwise-coupling.js';
import { type Sigmoid, sigmoidOf } from './platt.js';
import { pairsOf } from './support-vectors.js';

/** libsvm keeps pairwise probabilities off 0 and 1, where coupling has no solution. */
const LEAST = 1e-7;

/** From the decisions of all pairs of one row to the probabilities of the `k` classes present and the class predicted. */
export class ClassDecision {
  private readonly pairs: readonly (readonly [number, number])[];
  private readonly pairwise: Float64Array;
  private readonly votes: Float64Array;
  private readonly margins: Float64Array;
  readonly probabilities: Float64Array;

  constructor(
    private readonly k: number,
    private readonly sigmoids: readonly Sigmoid[] | undefined,
    private readonly breakTies: boolean,
  ) {
    this.pairs = pairsOf(k);
    this.pairwise = new Float64Array(k * k);
    this.votes = new Float64Array(k);
    this.margins = new Float64Array(k);
    this.probabilities = new Float64Array(k);
  }

  /** Fills `probabilities` from the row's decisions, which begin at `at`, and returns the class: one of the most probable. */
  decide(decisions: Float64Array, at: number): number {
    if (this.k === 1) {
      this.probabilities[0] = 1;
      return 0;
    }
    if (this.sigmoids === undefined) return this.byVotes(decisions, at);
    this.calibrated(this.sigmoids, decisions, at);
    return this.mostProbable();
  }

  private calibrated(sigmoids: readonly Sigmoid[], decisions: Float64Array, at: number): void {
    const { k, pairs, pairwise, probabilities } = this;
    pairs.forEach(([a, b], p) => {
      const first = Math.min(1 - LEAST, Math.max(LEAST, sigmoidOf(sigmoids[p]!, decisions[at + p]!)));
      pairwise[a * k + b] = first;
      pairwise[b * k + a] = 1 - first;
    });
    if (k === 2) {
      probabilities[0] = pairwise[1]!;
      probabilities[1] = 1 - pairwise[1]!;
    } else couplePairs(pairwise, k, probabilities);
  }

  private mostProbable(): number {
    let best = 0;
    for (let c = 1; c < this.k; c++) if (this.probabilities[c]! > this.probabilities[best]!) best = c;
    return best;
  }

  /** Softmax of votes plus a margin below 1/3, scikit-learn's one-vs-rest decision; of two classes, the logistic of the margin. */
  private byVotes(decisions: Float64Array, at: number): number {
    const { k, margins, pairs, probabilities, votes } = this;
    if (k === 2) {
      probabilities[0] = sigmoidOf({ slope: -1, offset: 0 }, decisions[at]!);
      probabilities[1] = 1 - probabilities[0]!;
      return decisions[at]! > 0 ? 0 : 1;
    }
    votes.fill(0);
    margins.fill(0);
    pairs.forEach(([a, b], p) => {
      const d = decisions[at + p]!;
      votes[d > 0 ? a : b]!++;
      margins[a]! += d;
      margins[b]! -= d;
    });
    const most = votes.reduce((x, y) => Math.max(x, y));
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < k; c++) {
      probabilities[c] = votes[c]! + margins[c]! / (3 * (Math.abs(margins[c]!) + 1));
      top = Math.max(top, probabilities[c]!);
    }
    let total = 0;
    for (let c = 0; c < k; c++) {
      // Classes that tie for the most votes are equally probable unless margins are to decide.
      const score = !this.breakTies && votes[c] === most ? top : probabilities[c]!;
      probabilities[c] = Math.exp(score - top);
      total += probabilities[c]!;
    }
    for (let c = 0; c < k; c++) probabilities[c]! /= total;
    return this.mostProbable();
  }
}
