import type { DenseEngine } from '@trainyard/kernels';
import { solveFactored } from '../../linear/cholesky.js';
import { scaledPoints } from './covariance.js';
import type { HyperparameterSpace } from './hyperparameters.js';
import type { Latent } from './posterior.js';
import type { Observations } from './regression-evidence.js';
import { timesCovariance, writeScaledColumns } from './symmetric.js';

/** As scikit-learn's: Newton steps until the value improves by less. */
const MOST_STEPS = 100;
const VALUE_TOLERANCE = 1e-10;

const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const logistic = (z: number) => 1 / (1 + Math.exp(-z));

/**
 * The Laplace approximation of binary Gaussian process classification with a logistic likelihood: mode, log marginal likelihood
 * and its gradient (Rasmussen and Williams 2006, algorithms 3.1 and 5.1). Targets are 0 or 1.
 */
export class LaplaceEvidence {
  /** The gradient of the log likelihood at the mode, and the roots of its curvature: what predictions need. */
  readonly slope: Float64Array;
  readonly roots: Float64Array;
  /** The covariances, lower triangle of `order x order`. */
  private readonly k: Float64Array;
  private readonly mode: Float64Array;

  constructor(
    private readonly engine: DenseEngine,
    private readonly rows: Observations,
    readonly space: HyperparameterSpace,
    private readonly breathe: () => Promise<void>,
  ) {
    const { order } = engine;
    this.k = new Float64Array(order * order);
    this.mode = new Float64Array(order);
    this.slope = new Float64Array(order);
    this.roots = new Float64Array(order);
  }

  /** The value at theta. Afterwards the engine's A holds the factor of `I + roots K roots`, or, with `gradient`, nothing of use. */
  async evaluate(theta: Float64Array, gradient?: Float64Array): Promise<number> {
    const { engine, rows } = this;
    const { covariance, scales } = this.space.read(theta);
    const { x } = rows;
    const points = scaledPoints(x, scales);
    for (let i = 0; i < x.rows; i++) {
      engine.points.set(points.subarray(i * x.cols, (i + 1) * x.cols), i * engine.width);
    }
    await engine.covariance(covariance, this.breathe);
    this.k.set(engine.a);
    const value = await this.findMode();
    if (gradient && Number.isFinite(value)) gradient.set(await this.slopes(theta));
    return value;
  }

  /** Posterior means and variances at the training rows, after `evaluate` without a gradient. */
  async latent(): Promise<Latent> {
    const { engine, k, roots, mode, rows } = this;
    const { order, b } = engine;
    b.fill(0);
    writeScaledColumns(k, roots, b, order);
    await engine.solveRows(order, false, this.breathe);
    const variance = new Float64Array(rows.x.rows).map((_, i) => Math.max(0, this.posteriorVariance(i)));
    return { mean: mode.slice(0, rows.x.rows), variance };
  }

  private async findMode(): Promise<number> {
    const { engine, mode, roots, slope, k, rows } = this;
    const { order } = engine;
    const dual = new Float64Array(order);
    mode.fill(0);
    let value = Number.NEGATIVE_INFINITY;
    for (let step = 0; step < MOST_STEPS; step++) {
      this.curvature();
      await this.factoriseCurvature();
      const b = mode.map((f, i) => roots[i]! ** 2 * f + slope[i]!);
      const solved = timesCovariance(k, b).map((v, i) => roots[i]! * v);
      solveFactored(engine.a, solved);
      for (let i = 0; i < order; i++) dual[i] = b[i]! - roots[i]! * solved[i]!;
      mode.set(timesCovariance(k, dual));
      let found = 0;
      for (let i = 0; i < rows.x.rows; i++) {
        const sign = rows.y[i] === 1 ? 1 : -1;
        found -= 0.5 * dual[i]! * mode[i]! + rows.weight[i]! * softplus(-sign * mode[i]!);
        found -= Math.log(engine.a[i * order + i]!);
      }
      const improved = found - value;
      value = found;
      if (improved < VALUE_TOLERANCE) break;
      await this.breathe();
    }
    this.curvature();
    await this.factoriseCurvature();
    return value;
  }

  /** Slope and curvature of the log likelihood at the mode. */
  private curvature(): void {
    const { mode, roots, slope, rows } = this;
    for (let i = 0; i < rows.x.rows; i++) {
      const p = logistic(mode[i]!);
      roots[i] = Math.sqrt(rows.weight[i]! * p * (1 - p));
      slope[i] = rows.weight[i]! * (rows.y[i]! - p);
    }
  }

  private async factoriseCurvature(): Promise<void> {
    const { engine, k, roots } = this;
    const { order, a } = engine;
    for (let i = 0; i < order; i++) {
      for (let j = 0, at = i * order; j <= i; j++, at++) a[at] = roots[i]! * k[at]! * roots[j]!;
      a[i * order + i]! += 1;
    }
    await this.breathe();
    await engine.factorise(this.breathe);
  }

  private async slopes(theta: Float64Array): Promise<Float64Array> {
    const { engine, k, roots, slope, breathe, rows } = this;
    const { order, a, b } = engine;
    const { covariance } = this.space.read(theta);
    b.fill(0);
    writeScaledColumns(k, roots, b, order);
    await engine.solveRows(order, false, breathe);
    const third = this.thirdTerm();
    const through = timesCovariance(k, third).map((v, i) => roots[i]! * v);
    solveFactored(a, through);
    const u = third.map((v, i) => v - roots[i]! * through[i]!);
    b.fill(0);
    for (let i = 0; i < order; i++) b[i * order + i] = 1;
    await engine.solveRows(order, true, breathe);
    for (let i = 0; i < order; i++) for (let at = i * order; at < (i + 1) * order; at++) b[at]! *= roots[i]!;
    for (let i = 0; i < order; i++) {
      for (let j = 0, at = i * order; j <= i; j++, at++) {
        a[at] = slope[i]! * slope[j]! + u[i]! * slope[j]! + u[j]! * slope[i]!;
      }
    }
    await engine.subtractOuter(breathe);
    let byVariance = 0;
    for (let i = 0; i < rows.x.rows; i++) byVariance += 0.5 * a[i * order + i]! * covariance.variance;
    const slopes = await engine.slopes(covariance, breathe);
    return this.space.gradient(theta, { ...slopes, logVariance: slopes.logVariance + byVariance }, 0);
  }

  /** How the log determinant changes with the mode: minus half the posterior variances times the curvature's derivative. */
  private thirdTerm(): Float64Array {
    const { mode, rows } = this;
    return mode.map((f, i) => {
      if (i >= rows.x.rows) return 0;
      const p = logistic(f);
      const change = rows.weight[i]! * p * (1 - p) * (1 - 2 * p);
      return -0.5 * this.posteriorVariance(i) * change;
    });
  }

  /** At training row i, when the engine's B holds the solutions of its covariances times the roots. */
  private posteriorVariance(i: number): number {
    const { order, b } = this.engine;
    let explained = 0;
    for (let at = i * order; at < (i + 1) * order; at++) explained += b[at]! * b[at]!;
    return this.k[i * order + i]! - explained;
  }
}
