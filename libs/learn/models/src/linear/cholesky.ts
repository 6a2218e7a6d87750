/**
 * Replaces the lower triangle of a symmetric positive definite A (row-major `d x d`) by its Cholesky factor L.
 * Returns false when a pivot is not above `smallestPivot`: A is singular to that precision.
 */
export function factorise(a: Float64Array, d: number, smallestPivot: number): boolean {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * d + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * d + k]! * a[j * d + k]!;
      if (i !== j) a[i * d + j] = sum / a[j * d + j]!;
      else if (sum > smallestPivot) a[i * d + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** Solves L L' x = b in place, given the factor L of `factorise`. */
export function solveFactored(factor: Float64Array, x: Float64Array): void {
  const d = x.length;
  for (let i = 0; i < d; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * d + k]! * x[k]!;
    x[i] = sum / factor[i * d + i]!;
  }
  for (let i = d - 1; i >= 0; i--) {
    const value = x[i]! / factor[i * d + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k]! -= factor[i * d + k]! * value;
  }
}
