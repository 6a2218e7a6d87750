import { type Dataset, LearnError } from '@trainyard/data';
import type { CatBoostParams } from './parameters.js';

/** The weight of each row: the sample weight times the weight of its class. Throws PARAMETER_INVALID for too few class weights. */
export function rowWeights({ y, weight, task, classes }: Dataset, params: CatBoostParams): Float64Array {
  const weights = weight?.slice() ?? new Float64Array(y.length).fill(1);
  if (task === 'regression') return weights;
  const factors = classFactors(y, weights, classes!.length, params);
  for (let i = 0; i < y.length; i++) weights[i]! *= factors[y[i]!]!;
  return weights;
}

function classFactors(y: Float64Array, weights: Float64Array, k: number, params: CatBoostParams): Float64Array {
  const { class_weights: given, auto_class_weights: auto, scale_pos_weight: positive } = params;
  const factors = new Float64Array(k).fill(1);
  if (given !== null) {
    if (given.length !== k) {
      const words = `params.class_weights has ${given.length} entries, but there are ${k} classes.`;
      throw new LearnError('PARAMETER_INVALID', words, { field: 'params.class_weights' });
    }
    factors.set(given);
  } else if (auto !== null) {
    const sums = new Float64Array(k);
    for (let i = 0; i < y.length; i++) sums[y[i]!]! += weights[i]!;
    const most = sums.reduce((a, b) => Math.max(a, b), 0);
    sums.forEach((sum, c) => {
      if (sum > 0) factors[c] = auto === 'Balanced' ? most / sum : Math.sqrt(most / sum);
    });
  }
  if (k === 2) factors[1]! *= positive;
  return factors;
}
