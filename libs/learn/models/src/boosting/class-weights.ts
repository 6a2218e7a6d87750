import type { Dataset } from '@trainyard/data';
import type { BoostingSettings } from './settings.js';

/**
 * The weight of each row: the sample weight, times n / (k n_c) for each class of n_c rows when classes are balanced (as in
 * scikit-learn), times scale_pos_weight for the second class of binary tasks.
 */
export function rowWeights(
  { y, weight, task, classes }: Dataset,
  { classWeight, scalePositive }: Pick<BoostingSettings, 'classWeight' | 'scalePositive'>,
): Float64Array {
  const weights = weight?.slice() ?? new Float64Array(y.length).fill(1);
  if (task === 'regression') return weights;
  const factors = new Float64Array(classes!.length).fill(1);
  if (classWeight === 'balanced') {
    const totals = new Float64Array(classes!.length);
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      totals[y[i]!]! += weights[i]!;
      total += weights[i]!;
    }
    factors.forEach((_, c) => {
      factors[c] = totals[c]! > 0 ? total / (factors.length * totals[c]!) : 1;
    });
  }
  if (task === 'binary') factors[1]! *= scalePositive;
  if (factors.every((factor) => factor === 1)) return weights;
  for (let i = 0; i < y.length; i++) weights[i]! *= factors[y[i]!]!;
  return weights;
}
