import type { DenseEngine } from '@trainyard/kernels';
import { solveFactored } from '../../linear/cholesky.js';
import { covariancesWith, scaledPoints } from './covariance.js';
import { createDenseEngine } from './create-dense-engine.js';
import type { Hyperparameters } from './hyperparameters.js';
import { Posterior } from './posterior.js';
import type { Observations } from './regression-evidence.js';
import { notDefinite } from './search.js';
import { packTriangle } from './triangle.js';

/** Added to the inducing points' variances, relative to the prior: they may nearly repeat. */
const JITTER = 1e-8;

/**
 * The posterior of all rows through inducing points (Titsias, "Variational learning of inducing variables in sparse Gaussian
 * processes", 2009): time n m^2, memory m^2.
 */
export async function sparsePosterior(
  rows: Observations,
  inducing: Observations['x'],
  hyperparameters: Hyperparameters,
  alpha: number,
  threads: number,
  breathe: () => Promise<void>,
): Promise<Posterior> {
  const m = inducing.rows;
  const engine = await createDenseEngine(m, inducing.cols, threads, 0);
  const sums = await createDenseEngine(m, inducing.cols, threads, 0);
  try {
    const { covariance, scales, noise } = hyperparameters;
    const { order } = engine;
    const points = scaledPoints(inducing, scales);
    for (let i = 0; i < m; i++) {
      engine.points.set(points.subarray(i * inducing.cols, (i + 1) * inducing.cols), i * engine.width);
    }
    await engine.covariance(covariance, breathe);
    for (let i = 0; i < m; i++) engine.a[i * order + i]! += JITTER * covariance.variance;
    if (!(await engine.factorise(breathe))) throw notDefinite();
    const projected = await projectRows(engine, sums, rows, points, hyperparameters, noise + alpha, breathe);
    if (!(await sums.factorise(breathe))) throw notDefinite();
    solveFactored(sums.a, projected);
    solveTransposed(engine.a, projected);
    const parts = {
      ...{ hyperparameters, points: inducing.data, dual: projected.slice(0, m) },
      factor: packTriangle(engine.a, order, m),
      correction: packTriangle(sums.a, order, m),
    };
    return new Posterior(parts, inducing.cols);
  } finally {
    await engine.close();
    await sums.close();
  }
}

/** The factor's rows as seen by the inducing points, T = (L^-1 k(x))/spread: leaves I + T'T in `sums.a`, returns T'y/spread. */
async function projectRows(
  engine: DenseEngine,
  sums: DenseEngine,
  { x, y, weight }: Observations,
  points: Float64Array,
  { covariance, scales }: Hyperparameters,
  spread: number,
  breathe: () => Promise<void>,
): Promise<Float64Array> {
  const { order, b } = engine;
  const m = points.length / x.cols;
  const projected = new Float64Array(order);
  const from = scaledPoints(x, scales);
  sums.a.fill(0);
  for (let i = 0; i < order; i++) sums.a[i * order + i] = -1;
  for (let first = 0; first < x.rows; first += order) {
    const count = Math.min(order, x.rows - first);
    b.fill(0);
    for (let r = 0; r < count; r++) {
      const row = b.subarray(r * order, r * order + m);
      covariancesWith(covariance, from, (first + r) * x.cols, points, x.cols, m, row);
      if (r % 32 === 0) await breathe();
    }
    await engine.solveRows(count, false, breathe);
    for (let r = 0; r < order; r++) {
      const root = r < count ? Math.sqrt(weight[first + r]! / spread) : 0;
      for (let i = 0; i < order; i++) {
        const value = root === 0 ? 0 : b[r * order + i]! * root;
        sums.b[i * order + r] = value;
        projected[i]! += root === 0 ? 0 : value * root * y[first + r]!;
      }
    }
    await sums.subtractOuter(breathe, true);
  }
  for (let i = 0; i < order * order; i++) sums.a[i] = -sums.a[i]!;
  return projected;
}

/** Solves L' x = b in place. */
function solveTransposed(factor: Float64Array, x: Float64Array): void {
  const d = x.length;
  for (let i = d - 1; i >= 0; i--) {
    const value = x[i]! / factor[i * d + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k]! -= factor[i * d + k]! * value;
  }
}
