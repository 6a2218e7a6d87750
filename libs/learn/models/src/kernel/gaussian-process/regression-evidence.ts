import type { Matrix } from '@trainyard/data';
import type { DenseEngine } from '@trainyard/kernels';
import { solveFactored } from '../../linear/cholesky.js';
import { scaledPoints } from './covariance.js';
import type { HyperparameterSpace } from './hyperparameters.js';

/** Rows to learn from: all weights above 0; a row of weight k counts as k equal rows. */
export interface Observations {
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly weight: Float64Array;
}

/**
 * The log marginal likelihood of Gaussian process regression and its gradient (Rasmussen and Williams 2006, algorithm 2.1 and
 * equation 5.9). Repeated observations of a row are one observation of their mean with less noise, and a factor of their spread,
 * which is 0 for equal targets.
 */
export class RegressionEvidence {
  /** The inverse covariance times the targets, at the theta evaluated last; `order` entries. */
  readonly dual: Float64Array;

  constructor(
    private readonly engine: DenseEngine,
    private readonly rows: Observations,
    readonly space: HyperparameterSpace,
    private readonly alpha: number,
    private readonly breathe: () => Promise<void>,
  ) {
    this.dual = new Float64Array(engine.order);
  }

  /**
   * The value, minus infinity where the covariance is not positive definite. Afterwards the engine's A holds the Cholesky factor,
   * or, with `gradient`, nothing of use.
   */
  async evaluate(theta: Float64Array, gradient?: Float64Array): Promise<number> {
    const { engine, breathe, dual } = this;
    const { covariance, scales, noise } = this.space.read(theta);
    const { x, y, weight } = this.rows;
    const points = scaledPoints(x, scales);
    for (let i = 0; i < x.rows; i++) {
      engine.points.set(points.subarray(i * x.cols, (i + 1) * x.cols), i * engine.width);
    }
    await engine.covariance(covariance, breathe);
    const spread = noise + this.alpha;
    for (let i = 0; i < x.rows; i++) engine.a[i * engine.order + i]! += spread / weight[i]!;
    if (!(await engine.factorise(breathe))) return Number.NEGATIVE_INFINITY;
    dual.fill(0);
    dual.set(y);
    solveFactored(engine.a, dual);
    let value = 0;
    for (let i = 0; i < x.rows; i++) {
      value -= 0.5 * y[i]! * dual[i]! + Math.log(engine.a[i * engine.order + i]!) + 0.5 * Math.log(2 * Math.PI);
      if (weight[i] !== 1) {
        value -= 0.5 * (weight[i]! - 1) * Math.log(2 * Math.PI * spread) + 0.5 * Math.log(weight[i]!);
      }
    }
    if (gradient) gradient.set(await this.slopes(theta));
    return value;
  }

  /** Mean squared error of the training rows at the theta evaluated last, in the units of y. */
  trainLoss(theta: Float64Array): number {
    const spread = this.space.read(theta).noise + this.alpha;
    let sum = 0;
    let total = 0;
    this.rows.weight.forEach((w, i) => {
      sum += w * ((spread / w) * this.dual[i]!) ** 2;
      total += w;
    });
    return sum / total;
  }

  private async slopes(theta: Float64Array): Promise<Float64Array> {
    const { engine, breathe, dual } = this;
    const { order, a, b } = engine;
    const { covariance, noise } = this.space.read(theta);
    b.fill(0);
    for (let i = 0; i < order; i++) b[i * order + i] = 1;
    await engine.solveRows(order, true, breathe);
    for (let i = 0; i < order; i++) {
      for (let j = 0, at = i * order; j <= i; j++, at++) a[at] = dual[i]! * dual[j]!;
    }
    await engine.subtractOuter(breathe);
    let byVariance = 0;
    let byNoise = 0;
    this.rows.weight.forEach((w, i) => {
      const g = a[i * order + i]!;
      byVariance += 0.5 * g * covariance.variance;
      byNoise += (0.5 * g * noise) / w - (w === 1 ? 0 : (0.5 * (w - 1) * noise) / (noise + this.alpha));
    });
    const slopes = await engine.slopes(covariance, breathe);
    return this.space.gradient(theta, { ...slopes, logVariance: slopes.logVariance + byVariance }, byNoise);
  }
}
