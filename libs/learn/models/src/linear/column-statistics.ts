import type { Matrix } from '@trainyard/data';

export function weightedMean(values: Float64Array, weight?: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    total += w;
    sum += w * values[i]!;
  }
  return sum / total;
}

/** Weighted mean of each column of `x` (n x f). */
export function columnMeans(x: Matrix, weight?: Float64Array): Float64Array {
  const { data, cols, rows } = x;
  const means = new Float64Array(cols);
  let total = 0;
  for (let i = 0, begin = 0; i < rows; i++, begin += cols) {
    const w = weight === undefined ? 1 : weight[i]!;
    total += w;
    for (let j = 0; j < cols; j++) means[j]! += w * data[begin + j]!;
  }
  for (let j = 0; j < cols; j++) means[j]! /= total;
  return means;
}

/** Weighted standard deviation (divisor: the total weight) of each column of `x` (n x f). */
export function standardDeviations(x: Matrix, weight?: Float64Array): Float64Array {
  const { data, cols, rows } = x;
  const means = columnMeans(x, weight);
  const squares = new Float64Array(cols);
  let total = 0;
  for (let i = 0, begin = 0; i < rows; i++, begin += cols) {
    const w = weight === undefined ? 1 : weight[i]!;
    total += w;
    for (let j = 0; j < cols; j++) {
      const centred = data[begin + j]! - means[j]!;
      squares[j]! += w * centred * centred;
    }
  }
  return squares.map((sum) => Math.sqrt(sum / total));
}
