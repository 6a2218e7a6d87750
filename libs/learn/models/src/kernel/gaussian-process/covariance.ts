import type { Matrix } from '@trainyard/data';
import type { Covariance } from '@trainyard/kernels';

/** The covariance at a squared distance (in length scales): the same as the kernel's, for predictions. */
export function covarianceAt({ kind, variance, shape }: Covariance, square: number): number {
  if (kind === 'rbf') return variance * Math.exp(-0.5 * square);
  if (kind === 'rational_quadratic') return variance * (1 + square / (2 * shape)) ** -shape;
  if (kind === 'matern32') {
    const d = Math.sqrt(3 * square);
    return variance * (1 + d) * Math.exp(-d);
  }
  const d = Math.sqrt(5 * square);
  return variance * (1 + d + (d * d) / 3) * Math.exp(-d);
}

/** Rows of a matrix divided by the length scales, row-major `n x f`. */
export function scaledPoints({ data, rows, cols }: Matrix, scales: Float64Array): Float64Array {
  const points = new Float64Array(rows * cols);
  for (let i = 0; i < points.length; i++) points[i] = data[i]! / scales[i % cols]!;
  return points;
}

/** Writes the covariances of one point (at `at` in `from`) with `count` points into `out`. */
export function covariancesWith(
  covariance: Covariance,
  from: Float64Array,
  at: number,
  points: Float64Array,
  features: number,
  count: number,
  out: Float64Array,
): void {
  for (let i = 0, p = 0; i < count; i++) {
    let square = 0;
    for (let j = at; j < at + features; j++, p++) {
      const d = from[j]! - points[p]!;
      square += d * d;
    }
    out[i] = covarianceAt(covariance, square);
  }
}
