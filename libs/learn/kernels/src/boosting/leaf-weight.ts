import type { SplitRules } from './command.js';

/** Sums of gradients and hessians of a leaf's rows. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
}

/** Where a leaf's weight must lie, as monotone constraints hand it down. */
export interface WeightBounds {
  readonly lower: number;
  readonly upper: number;
}

type Penalties = Pick<SplitRules, 'lambda' | 'alpha' | 'maxDeltaStep'>;

/** `bounds`, and `maxDeltaStep` on either side of 0. */
export function limits(bounds: WeightBounds | undefined, maxDeltaStep: number): WeightBounds {
  const most = maxDeltaStep > 0 ? maxDeltaStep : Number.POSITIVE_INFINITY;
  if (bounds === undefined) return { lower: -most, upper: most };
  return { lower: Math.max(bounds.lower, -most), upper: Math.min(bounds.upper, most) };
}

/** The weight that lowers the loss most: -shrink(G, alpha) / (H + lambda), clipped to the limits. 0 for an empty leaf. */
export function leafWeight(
  { gradient, hessian }: Sums,
  { lambda, alpha, maxDeltaStep }: Penalties,
  bounds?: WeightBounds,
): number {
  const { lower, upper } = limits(bounds, maxDeltaStep);
  const shrunk = Math.max(Math.abs(gradient) - alpha, 0);
  const weight = hessian + lambda > 0 ? (-Math.sign(gradient) * shrunk) / (hessian + lambda) : 0;
  return Math.min(Math.max(weight, lower), upper);
}

/**
 * What a leaf's weight takes off twice the loss. Where no limit holds it is shrink(G, alpha)^2 / (H + lambda); a clipped weight
 * counts as what it is, as in XGBoost's CalcGainGivenWeight.
 */
export function leafGain(sums: Sums, penalties: Penalties, bounds?: WeightBounds): number {
  const { lambda, alpha } = penalties;
  const shrunk = Math.max(Math.abs(sums.gradient) - alpha, 0);
  const h = sums.hessian + lambda;
  if (bounds === undefined && penalties.maxDeltaStep === 0) return h > 0 ? (shrunk * shrunk) / h : 0;
  const weight = leafWeight(sums, penalties, bounds);
  return -(2 * Math.sign(sums.gradient) * shrunk * weight + h * weight * weight);
}
