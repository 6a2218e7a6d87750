import type { Predictions } from '../model.js';
import type { TargetScale } from './training/targets.js';

/** What outputs mean: softmax over `classes` scores a row, or one value a row in the target's units when there are none. */
export function toPredictions(
  outputs: Float32Array,
  rows: number,
  classes: number,
  { mean, deviation }: TargetScale,
): Predictions {
  const values = new Float64Array(rows);
  if (classes === 0) {
    for (let i = 0; i < rows; i++) values[i] = mean + deviation * outputs[i]!;
    return { values };
  }
  const probabilities = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    const at = i * classes;
    let best = 0;
    for (let c = 1; c < classes; c++) if (outputs[at + c]! > outputs[at + best]!) best = c;
    let total = 0;
    for (let c = 0; c < classes; c++) {
      probabilities[at + c] = Math.exp(outputs[at + c]! - outputs[at + best]!);
      total += probabilities[at + c]!;
    }
    for (let c = 0; c < classes; c++) probabilities[at + c]! /= total;
    values[i] = best;
  }
  return { values, probabilities, classes };
}
