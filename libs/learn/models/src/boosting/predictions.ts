import type { Predictions } from '../model.js';
import type { Link } from './objectives/objective.js';

/** Room for the predictions of `rows` rows. */
export function emptyPredictions(link: Link, rows: number, outputs: number): Predictions {
  const values = new Float64Array(rows);
  if (link === 'identity' || link === 'log') return { values };
  const classes = link === 'logistic' ? 2 : outputs;
  return { values, probabilities: new Float64Array(rows * classes), classes };
}

/** Predictions from row-major scores `n x outputs`, written into `into`. */
export function writePredictions(link: Link, scores: Float64Array, into: Predictions): Predictions {
  const { values, probabilities, classes } = into;
  if (link === 'identity') values.set(scores);
  else if (link === 'log') for (let i = 0; i < scores.length; i++) values[i] = Math.exp(scores[i]!);
  else if (link === 'logistic') {
    for (let i = 0; i < scores.length; i++) {
      const p = 1 / (1 + Math.exp(-scores[i]!));
      probabilities![2 * i] = 1 - p;
      probabilities![2 * i + 1] = p;
      values[i] = p > 0.5 ? 1 : 0;
    }
  } else for (let i = 0; i < values.length; i++) values[i] = softmax(scores, i * classes!, classes!, probabilities!);
  return into;
}

/** Turns k scores into probabilities; returns the index of the largest. */
function softmax(scores: Float64Array, from: number, k: number, out: Float64Array): number {
  let largest = 0;
  for (let c = 1; c < k; c++) if (scores[from + c]! > scores[from + largest]!) largest = c;
  const top = scores[from + largest]!;
  let sum = 0;
  for (let c = 0; c < k; c++) {
    const e = Math.exp(scores[from + c]! - top);
    out[from + c] = e;
    sum += e;
  }
  for (let c = 0; c < k; c++) out[from + c]! /= sum;
  return largest;
}
