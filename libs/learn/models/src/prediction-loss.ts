import type { Dataset } from '@trainyard/data';
import type { Predictions } from './model.js';

const SMALLEST_PROBABILITY = 1e-15;

/** Weighted mean log loss for classification, weighted mean squared error for regression. */
export function predictionLoss({ values, probabilities, classes }: Predictions, { y, weight }: Dataset): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    total += w;
    if (probabilities === undefined) sum += w * (values[i]! - y[i]!) ** 2;
    else sum -= w * Math.log(Math.max(probabilities[i * classes! + y[i]!]!, SMALLEST_PROBABILITY));
  }
  return sum / total;
}
