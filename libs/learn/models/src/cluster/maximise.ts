import type { GaussianEngine } from '@trainyard/kernels';
import type { CovarianceType, Mixture } from './mixture.js';

/** Keeps an empty component's mean from being a division by nothing, as in scikit-learn. */
const LEAST_COUNT = 10 * Number.EPSILON;
/** Multiplications between two looks at the clock. */
const STEP_WORK = 2e7;

/** Rows that a step over f features may take. */
export function rowsPerStep(features: number, type: CovarianceType): number {
  const perRow = type === 'full' || type === 'tied' ? (features * features) / 2 : features;
  return Math.max(16, Math.ceil(STEP_WORK / perRow));
}

/**
 * The mixture that best explains the rows given the share that each component has in each (`responsibilities`, row-major `n x k`,
 * times the rows' weights). `reg` is added to all variances.
 */
export async function maximise(
  engine: GaussianEngine,
  features: number,
  responsibilities: Float64Array,
  type: CovarianceType,
  reg: number,
  pause: () => Promise<void>,
): Promise<Mixture> {
  const n = engine.count;
  const k = responsibilities.length / n;
  const f = features;
  const step = rowsPerStep(f, type);
  const counts = new Float64Array(k).fill(LEAST_COUNT);
  const means = new Float64Array(k * f);
  const column = (c: number, from: number, to: number) =>
    Float64Array.from({ length: to - from }, (_, i) => responsibilities[(from + i) * k + c]!);
  for (let c = 0; c < k; c++) {
    const sum = new Float64Array(f);
    for (let from = 0; from < n; from += step) {
      const own = column(c, from, Math.min(n, from + step));
      engine.addSum(from, from + own.length, own, sum);
      for (const share of own) counts[c]! += share;
      await pause();
    }
    for (let j = 0; j < f; j++) means[c * f + j] = sum[j]! / counts[c]!;
  }
  const total = counts.reduce((a, b) => a + b, 0);
  const full = type === 'full' || type === 'tied';
  const size = full ? f * f : f;
  const tied = new Float64Array(type === 'tied' ? size : 0);
  const covariances = new Float64Array({ full: k * size, tied: size, diag: k * f, spherical: k }[type]);
  for (let c = 0; c < k; c++) {
    const scatter = type === 'tied' ? tied : new Float64Array(size);
    const mean = means.subarray(c * f, (c + 1) * f);
    for (let from = 0; from < n; from += step) {
      const own = column(c, from, Math.min(n, from + step));
      if (full) engine.addScatter(from, from + own.length, own, mean, scatter);
      else engine.addScatterDiagonal(from, from + own.length, own, mean, scatter);
      await pause();
    }
    if (type === 'tied') continue;
    const variances = scatter.map((sum) => sum / counts[c]!);
    if (type === 'full') finish(variances, f, reg);
    else for (let j = 0; j < f; j++) variances[j]! += reg;
    if (type === 'spherical') covariances[c] = variances.reduce((a, b) => a + b, 0) / f;
    else covariances.set(variances, c * size);
  }
  if (type === 'tied') {
    covariances.set(tied.map((sum) => sum / total));
    finish(covariances, f, reg);
  }
  return { type, weights: counts.map((count) => count / total), means, covariances };
}

/** Mirrors the lower triangle and adds to the diagonal. */
function finish(matrix: Float64Array, f: number, reg: number): void {
  for (let i = 0; i < f; i++) {
    for (let j = 0; j < i; j++) matrix[j * f + i] = matrix[i * f + j]!;
    matrix[i * f + i]! += reg;
  }
}
