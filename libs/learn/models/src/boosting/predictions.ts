import type { Task } from '@trainyard/data';
import type { Predictions } from '../model.js';

/** Predictions from row-major scores: values as they are, log-odds, or one score a class. */
export function predictionsOf(task: Task, classes: number, rows: number, scores: Float64Array): Predictions {
  if (task === 'regression') return { values: scores };
  const values = new Float64Array(rows);
  if (task === 'binary') {
    const probabilities = new Float64Array(rows * 2);
    for (let i = 0; i < rows; i++) {
      const p = 1 / (1 + Math.exp(-scores[i]!));
      probabilities[2 * i] = 1 - p;
      probabilities[2 * i + 1] = p;
      values[i] = p > 0.5 ? 1 : 0;
    }
    return { values, probabilities, classes: 2 };
  }
  for (let i = 0; i < rows; i++) values[i] = softmaxInPlace(scores, i * classes, classes);
  return { values, probabilities: scores, classes };
}

/** Turns k scores into probabilities; returns the index of the largest. */
function softmaxInPlace(scores: Float64Array, from: number, k: number): number {
  let largest = 0;
  for (let c = 1; c < k; c++) if (scores[from + c]! > scores[from + largest]!) largest = c;
  const top = scores[from + largest]!;
  let sum = 0;
  for (let c = 0; c < k; c++) {
    const e = Math.exp(scores[from + c]! - top);
    scores[from + c] = e;
    sum += e;
  }
  for (let c = 0; c < k; c++) scores[from + c]! /= sum;
  return largest;
}
