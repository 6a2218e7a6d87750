import { LearnError } from '@trainyard/data';
import type { GaussianEngine } from '@trainyard/kernels';

export type CovarianceType = 'full' | 'tied' | 'diag' | 'spherical';

/** A mixture of k normal distributions over f features. */
export interface Mixture {
  readonly type: CovarianceType;
  /** k shares that sum to 1. */
  readonly weights: Float64Array;
  /** `k x f`. */
  readonly means: Float64Array;
  /** full: `k x f x f`; tied: `f x f`; diag: `k x f`; spherical: k. */
  readonly covariances: Float64Array;
}

/** What densities are computed with, derived from the covariances. */
export interface Densities {
  /** For full and tied the inverse Cholesky factors, lower triangular `f x f`; for diag and spherical the inverse variances. */
  readonly factors: readonly Float64Array[];
  /** Of each component: log weight - (f log 2 pi + log |covariance|) / 2. */
  readonly offsets: Float64Array;
}

/** Free parameters: what BIC and AIC count. */
export function parameterCount({ type, weights, means }: Mixture): number {
  const k = weights.length;
  const f = means.length / k;
  const covariances = { full: (k * f * (f + 1)) / 2, tied: (f * (f + 1)) / 2, diag: k * f, spherical: k }[type];
  return covariances + k * f + k - 1;
}

/** Throws FEATURE_INVALID when a covariance is not positive definite. */
export function densitiesOf({ type, weights, means, covariances }: Mixture): Densities {
  const k = weights.length;
  const f = means.length / k;
  const full = type === 'full' || type === 'tied';
  const size = full ? f * f : type === 'diag' ? f : 1;
  const logs: number[] = [];
  const factors = Array.from({ length: k }, (_, c) => {
    if (type === 'tied' && c > 0) return undefined;
    const own = covariances.subarray(c * size, (c + 1) * size);
    const factor = full
      ? inverseCholesky(own, f)
      : Float64Array.from({ length: f }, (_, j) => 1 / own[own.length === 1 ? 0 : j]!);
    let log = 0;
    for (let j = 0; j < f; j++) log += full ? -2 * Math.log(factor[j * f + j]!) : -Math.log(factor[j]!);
    if (!Number.isFinite(log)) throw notPositive();
    logs[c] = log;
    return factor;
  });
  const offsets = weights.map(
    (weight, c) => Math.log(weight) - (f * Math.log(2 * Math.PI) + (logs[c] ?? logs[0]!)) / 2,
  );
  return { factors: factors.map((factor) => factor ?? factors[0]!), offsets };
}

function notPositive(): LearnError {
  return new LearnError(
    'FEATURE_INVALID',
    'A component shrank to a point or a plane, so that its covariance cannot be inverted: lower n_components, raise reg_covar, or scale the features.',
    { field: 'params.reg_covar' },
  );
}

/** W with W' W the inverse of a covariance: the inverse of its lower Cholesky factor, `f x f` lower triangular. */
function inverseCholesky(covariance: Float64Array, f: number): Float64Array {
  const lower = new Float64Array(f * f);
  for (let i = 0; i < f; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = covariance[i * f + j]!;
      for (let l = 0; l < j; l++) sum -= lower[i * f + l]! * lower[j * f + l]!;
      if (i !== j) lower[i * f + j] = sum / lower[j * f + j]!;
      else if (sum > 0) lower[i * f + i] = Math.sqrt(sum);
      else throw notPositive();
    }
  }
  const inverse = new Float64Array(f * f);
  for (let j = 0; j < f; j++) {
    inverse[j * f + j] = 1 / lower[j * f + j]!;
    for (let i = j + 1; i < f; i++) {
      let sum = 0;
      for (let l = j; l < i; l++) sum -= lower[i * f + l]! * inverse[l * f + j]!;
      inverse[i * f + j] = sum / lower[i * f + i]!;
    }
  }
  return inverse;
}

/**
 * Log likelihoods of rows [from, to) of the engine, and the probabilities that each component made them, into row-major `n x k`.
 */
export function expect(
  engine: GaussianEngine,
  mixture: Mixture,
  { factors, offsets }: Densities,
  from: number,
  to: number,
  probabilities: Float64Array,
): Float64Array {
  const { type, weights, means } = mixture;
  const k = weights.length;
  const f = means.length / k;
  const full = type === 'full' || type === 'tied';
  for (let c = 0; c < k; c++) {
    const mean = means.subarray(c * f, (c + 1) * f);
    const lengths = full
      ? engine.lengths(from, to, mean, factors[c]!)
      : engine.lengthsDiagonal(from, to, mean, factors[c]!);
    for (let i = 0; i < lengths.length; i++) probabilities[i * k + c] = offsets[c]! - lengths[i]! / 2;
  }
  const logs = new Float64Array(to - from);
  for (let i = 0; i < logs.length; i++) {
    const begin = i * k;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < k; c++) most = Math.max(most, probabilities[begin + c]!);
    let sum = 0;
    for (let c = 0; c < k; c++) sum += probabilities[begin + c] = Math.exp(probabilities[begin + c]! - most);
    for (let c = 0; c < k; c++) probabilities[begin + c]! /= sum;
    logs[i] = most + Math.log(sum);
  }
  return logs;
}
