/**
 * Solves A x = b for a symmetric positive definite A (row-major `d x d`, overwritten by its Cholesky factor).
 * Returns undefined when a pivot falls under `smallestPivot`: A is singular to that precision.
 */
export function solveCholesky(a: Float64Array, b: Float64Array, smallestPivot: number): Float64Array | undefined {
  const d = b.length;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * d + k]! * a[j * d + k]!;
      if (i !== j) a[i * d + j] = sum / a[j * d + j]!;
      else if (sum > smallestPivot) a[i * d + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  const x = b.slice();
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < i; k++) x[i]! -= a[i * d + k]! * x[k]!;
    x[i]! /= a[i * d + i]!;
  }
  for (let i = d - 1; i >= 0; i--) {
    for (let k = i + 1; k < d; k++) x[i]! -= a[k * d + i]! * x[k]!;
    x[i]! /= a[i * d + i]!;
  }
  return x;
}
