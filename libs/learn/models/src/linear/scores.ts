import type { Matrix } from '@trainyard/data';

/**
 * Scores of one row: `scores[c] = intercept_c + w_c . x_row`. Coefficients are row-major `outputs x (cols + 1)`, the
 * intercept last. Two classes have one output, the log-odds of the second.
 */
export function scoreRow(x: Matrix, row: number, coefficients: Float64Array, scores: Float64Array): void {
  const { data, cols } = x;
  const begin = row * cols;
  const stride = cols + 1;
  for (let c = 0; c < scores.length; c++) {
    const w = c * stride;
    let sum = coefficients[w + cols]!;
    for (let j = 0; j < cols; j++) sum += coefficients[w + j]! * data[begin + j]!;
    scores[c] = sum;
  }
}

/** Turns scores into probabilities in place and returns log of the sum of exponentials of the scores. */
export function softmaxInPlace(scores: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < scores.length; c++) if (scores[c]! > most) most = scores[c]!;
  let sum = 0;
  for (let c = 0; c < scores.length; c++) {
    scores[c] = Math.exp(scores[c]! - most);
    sum += scores[c]!;
  }
  for (let c = 0; c < scores.length; c++) scores[c]! /= sum;
  return most + Math.log(sum);
}

export const sigmoid = (z: number) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
