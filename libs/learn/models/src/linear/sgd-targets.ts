import type { Dataset } from '@trainyard/data';
import type { SgdRows } from './sgd-learner.js';

/**
 * What each score learns: the target itself in regression; in classification one class (1) against the rest (-1), one score for
 * two classes. `balanced` weighs each class by the inverse of its frequency.
 */
export function sgdTargets({ x, y, weight, task, classes }: Dataset, balance: 'balanced' | null): SgdRows[] {
  const { data, cols } = x;
  const weights = weight ?? new Float64Array(y.length).fill(1);
  if (task === 'regression') return [{ data, cols, targets: y, weights }];
  const k = classes!.length;
  const balanced = balance === null ? weights : balancedWeights(y, weights, k);
  const positives = k === 2 ? [1] : classes!.map((_, c) => c);
  return positives.map((positive) => {
    return { data, cols, targets: y.map((label) => (label === positive ? 1 : -1)), weights: balanced };
  });
}

function balancedWeights(y: Float64Array, weights: Float64Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (let i = 0; i < y.length; i++) counts[y[i]!]! += weights[i]!;
  const total = counts.reduce((a, b) => a + b);
  return weights.map((w, i) => (w === 0 ? 0 : (w * total) / (classes * counts[y[i]!]!)));
}
