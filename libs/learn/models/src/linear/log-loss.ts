import type { Dataset, Matrix } from '@trainyard/data';

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

/** log(1 + exp(z)) without overflow. */
const softplus = (z: number) => (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)));

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

/**
 * The weighted mean log loss of `data` (n x f) at `coefficients`. With `gradient`, adds the mean gradient to it.
 * `weight` has n entries.
 */
export function logLoss(
  { x, y }: Pick<Dataset, 'x' | 'y'>,
  weight: Float64Array | undefined,
  coefficients: Float64Array,
  outputs: number,
  gradient?: Float64Array,
): number {
  return outputs === 1
    ? binaryLoss(x, y, weight, coefficients, gradient)
    : multinomialLoss(x, y, weight, coefficients, outputs, gradient);
}

function totalWeight(weight: Float64Array | undefined, rows: number): number {
  if (weight === undefined) return rows;
  let total = 0;
  for (let i = 0; i < rows; i++) total += weight[i]!;
  return total;
}

function binaryLoss(
  x: Matrix,
  y: Float64Array,
  weight: Float64Array | undefined,
  coefficients: Float64Array,
  gradient?: Float64Array,
): number {
  const { data, cols, rows } = x;
  const total = totalWeight(weight, rows);
  let loss = 0;
  for (let i = 0, begin = 0; i < rows; i++, begin += cols) {
    const w = (weight === undefined ? 1 : weight[i]!) / total;
    let z = coefficients[cols]!;
    for (let j = 0; j < cols; j++) z += coefficients[j]! * data[begin + j]!;
    loss += w * (softplus(z) - y[i]! * z);
    if (gradient === undefined) continue;
    const residual = w * (sigmoid(z) - y[i]!);
    for (let j = 0; j < cols; j++) gradient[j]! += residual * data[begin + j]!;
    gradient[cols]! += residual;
  }
  return loss;
}

function multinomialLoss(
  x: Matrix,
  y: Float64Array,
  weight: Float64Array | undefined,
  coefficients: Float64Array,
  outputs: number,
  gradient?: Float64Array,
): number {
  const { data, cols, rows } = x;
  const total = totalWeight(weight, rows);
  const scores = new Float64Array(outputs);
  let loss = 0;
  for (let i = 0, begin = 0; i < rows; i++, begin += cols) {
    const w = (weight === undefined ? 1 : weight[i]!) / total;
    scoreRow(x, i, coefficients, scores);
    const own = scores[y[i]!]!;
    loss += w * (softmaxInPlace(scores) - own);
    if (gradient === undefined) continue;
    scores[y[i]!]! -= 1;
    for (let c = 0, g = 0; c < outputs; c++, g += cols + 1) {
      const residual = w * scores[c]!;
      for (let j = 0; j < cols; j++) gradient[g + j]! += residual * data[begin + j]!;
      gradient[g + cols]! += residual;
    }
  }
  return loss;
}
