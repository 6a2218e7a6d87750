import type { Predictions } from '../model.js';

/** Predictions from row-major sums over trees: their mean, or mean class shares with the most probable class. `classes` is 0 for regression. */
export function forestPredictions(sums: Float64Array, rows: number, classes: number, trees: number): Predictions {
  const values = new Float64Array(rows);
  if (classes === 0) {
    for (let i = 0; i < rows; i++) values[i] = sums[i]! / trees;
    return { values };
  }
  const probabilities = new Float64Array(rows * classes);
  for (let i = 0, at = 0; i < rows; i++, at += classes) {
    let total = 0;
    let best = 0;
    for (let k = 0; k < classes; k++) {
      total += sums[at + k]!;
      if (sums[at + k]! > sums[at + best]!) best = k;
    }
    for (let k = 0; k < classes; k++) probabilities[at + k] = sums[at + k]! / total;
    values[i] = best;
  }
  return { values, probabilities, classes };
}
