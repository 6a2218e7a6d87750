import { LearnError, type Matrix } from '@trainyard/data';
import { leafWeight, type Sums, type WeightBounds } from '@trainyard/kernels';

/** The parameter that gives the constraints, of every library. */
export const MONOTONE_CONSTRAINTS = {
  type: 'array',
  items: 'int',
  min: -1,
  max: 1,
  default: [],
  description: 'One entry a column: 1 predictions never fall as it grows, -1 they never rise, 0 free; empty for none.',
} as const;

type Penalties = Parameters<typeof leafWeight>[1];

/**
 * The bounds of a split's children: on a monotone feature the middle between their weights parts them for good, so that no
 * later split can cross it (the basic method of XGBoost and LightGBM).
 */
export function childBounds(
  bounds: WeightBounds | undefined,
  direction: number,
  { left, right }: { left: Sums; right: Sums },
  penalties: Penalties,
): { left: WeightBounds | undefined; right: WeightBounds | undefined } {
  if (bounds === undefined || direction === 0) return { left: bounds, right: bounds };
  const middle = (leafWeight(left, penalties, bounds) + leafWeight(right, penalties, bounds)) / 2;
  const below = { lower: bounds.lower, upper: middle };
  const above = { lower: middle, upper: bounds.upper };
  return direction > 0 ? { left: below, right: above } : { left: above, right: below };
}

export function clip(value: number, bounds: WeightBounds | undefined): number {
  return bounds === undefined ? value : Math.min(Math.max(value, bounds.lower), bounds.upper);
}

/** Throws PARAMETER_INVALID unless there is one constraint a column and none on categories. */
export function checkMonotone(constraints: readonly number[], x: Matrix): void {
  const field = 'params.monotone_constraints';
  if (constraints.length === 0) return;
  if (constraints.length !== x.cols) {
    const message = `${field} has ${constraints.length} entries, but there are ${x.cols} columns: give one of -1, 0, 1 for each.`;
    throw new LearnError('PARAMETER_INVALID', message, { field });
  }
  const column = x.names.find((_, j) => constraints[j] !== 0 && x.categorical?.[j]);
  if (column === undefined) return;
  const message = `${field} orders the categorical column "${column}": categories have no order.`;
  throw new LearnError('PARAMETER_INVALID', message, { field, column });
}
