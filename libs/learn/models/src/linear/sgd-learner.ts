import type { SgdLoss } from './sgd-loss.js';
import type { SgdParams, SgdRules } from './sgd-parameters.js';

/** Rows to learn from: `targets` and `weights` have an entry a row of `data` (n x f). */
export interface SgdRows {
  readonly data: Float32Array;
  readonly cols: number;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

/** Numbers of a learner that are not one a feature, in this order in `scalars`. */
const SCALARS = ['scale', 'intercept', 'meanIntercept', 'l1Sum', 'steps', 'rate'] as const;
const LARGEST_SLOPE = 1e12;
/** Coefficients are stored over a common scale, so that L2 shrinks them all at once; below this the scale is multiplied out. */
const SMALLEST_SCALE = 1e-9;

/** A dot product in four chains, so that additions need not wait for each other. */
function rowDot(w: Float64Array, data: Float32Array, begin: number): number {
  const d = w.length;
  let a = 0;
  let b = 0;
  let c = 0;
  let e = 0;
  let j = 0;
  for (let at = begin; j + 3 < d; j += 4, at += 4) {
    a += w[j]! * data[at]!;
    b += w[j + 1]! * data[at + 1]!;
    c += w[j + 2]! * data[at + 2]!;
    e += w[j + 3]! * data[at + 3]!;
  }
  for (; j < d; j++) a += w[j]! * data[begin + j]!;
  return a + b + (c + e);
}

/**
 * One linear score learned by stochastic gradient descent, as scikit-learn's: L2 by shrinking, L1 by the cumulative penalty of
 * Tsuruoka, Tsujii and Ananiadou (2009).
 */
export class SgdLearner {
  /** Coefficients over `scale`. */
  private readonly w: Float64Array;
  private readonly mean: Float64Array;
  /** The L1 penalty each coefficient has received. */
  private readonly received: Float64Array;
  private scale = 1;
  private intercept = 0;
  private meanIntercept = 0;
  private l1Sum = 0;
  private steps = 1;
  private readonly optimalStart: number;
  /** The current step size. */
  rate: number;
  /** Sum of the losses of the rows since `startPass`, each before its step. */
  lossSum = 0;

  constructor(
    features: number,
    private readonly params: SgdParams,
    private readonly rules: SgdRules,
    private readonly loss: SgdLoss,
  ) {
    this.w = new Float64Array(features);
    this.mean = new Float64Array(features);
    this.received = new Float64Array(features);
    this.rate = params.eta0;
    const typical = Math.sqrt(1 / Math.sqrt(rules.scheduleAlpha));
    const first = typical / Math.max(1, loss.slope(1, -typical));
    this.optimalStart = 1 / (first * rules.scheduleAlpha);
  }

  startPass(): void {
    this.lossSum = 0;
  }

  /** Takes a step for each row `order[from..to)`. */
  learn({ data, cols, targets, weights }: SgdRows, order: Uint32Array, from: number, to: number): void {
    const { w, rules, loss, params } = this;
    const { alpha, l1Ratio, schedule } = rules;
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      const begin = row * cols;
      const score = this.scale * rowDot(w, data, begin) + this.intercept;
      if (schedule === 'optimal') this.rate = 1 / (rules.scheduleAlpha * (this.optimalStart + this.steps - 1));
      else if (schedule === 'invscaling') this.rate = params.eta0 / this.steps ** rules.powerT;
      this.lossSum += loss.value(targets[row]!, score);
      const slope = Math.max(-LARGEST_SLOPE, Math.min(LARGEST_SLOPE, loss.slope(targets[row]!, score)));
      const update = -this.rate * slope * weights[row]!;
      if (alpha > 0) this.shrink(Math.max(0, 1 - (1 - l1Ratio) * this.rate * alpha));
      if (update !== 0) {
        const scaled = update / this.scale;
        for (let j = 0, at = begin; j < cols; j++, at++) w[j]! += scaled * data[at]!;
        if (params.fit_intercept) this.intercept += update;
      }
      if (params.average) this.updateMean();
      if (alpha > 0 && l1Ratio > 0) this.applyL1(l1Ratio * this.rate * alpha);
      this.steps++;
    }
  }

  /** The penalty on the current coefficients, per row. */
  penalty(): number {
    const { alpha, l1Ratio } = this.rules;
    let [squares, sizes] = [0, 0];
    for (const value of this.w) {
      squares += (this.scale * value) ** 2;
      sizes += Math.abs(this.scale * value);
    }
    return alpha * ((1 - l1Ratio) * 0.5 * squares + l1Ratio * sizes);
  }

  /** Writes f coefficients and the intercept into `target`: the mean over all steps when averaging. */
  writeCoefficients(target: Float64Array): void {
    const { average } = this.params;
    const { w, mean, scale } = this;
    for (let j = 0; j < w.length; j++) target[j] = average ? mean[j]! : scale * w[j]!;
    target[w.length] = average ? this.meanIntercept : this.intercept;
  }

  /** All that learning has changed. */
  state(): { readonly vectors: Float64Array; readonly scalars: Float64Array } {
    const vectors = new Float64Array(3 * this.w.length);
    [this.w, this.mean, this.received].forEach((vector, i) => {
      vectors.set(vector, i * this.w.length);
    });
    return { vectors, scalars: Float64Array.from(SCALARS, (name) => this[name]) };
  }

  restore(vectors: Float64Array, scalars: Float64Array): void {
    [this.w, this.mean, this.received].forEach((vector, i) => {
      vector.set(vectors.subarray(i * vector.length, (i + 1) * vector.length));
    });
    SCALARS.forEach((name, i) => {
      this[name] = scalars[i]!;
    });
  }

  static readonly scalarCount = SCALARS.length;

  private shrink(factor: number): void {
    this.scale *= factor;
    if (this.scale >= SMALLEST_SCALE) return;
    for (let j = 0; j < this.w.length; j++) this.w[j]! *= this.scale;
    this.scale = 1;
  }

  private updateMean(): void {
    const { w, mean, scale, steps } = this;
    for (let j = 0; j < w.length; j++) mean[j]! += (scale * w[j]! - mean[j]!) / steps;
    this.meanIntercept += (this.intercept - this.meanIntercept) / steps;
  }

  private applyL1(penalty: number): void {
    const { w, received, scale } = this;
    this.l1Sum += penalty;
    for (let j = 0; j < w.length; j++) {
      const before = w[j]!;
      if (before > 0) w[j] = Math.max(0, before - (this.l1Sum + received[j]!) / scale);
      else if (before < 0) w[j] = Math.min(0, before + (this.l1Sum - received[j]!) / scale);
      received[j]! += scale * (w[j]! - before);
    }
  }
}
