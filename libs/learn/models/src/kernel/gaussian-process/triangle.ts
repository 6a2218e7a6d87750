/** The lower triangle of the first `size` rows of a row-major matrix of `order` columns, row after row. */
export function packTriangle(matrix: Float64Array, order: number, size: number): Float64Array {
  const packed = new Float64Array((size * (size + 1)) / 2);
  for (let i = 0, at = 0; i < size; i++) {
    packed.set(matrix.subarray(i * order, i * order + i + 1), at);
    at += i + 1;
  }
  return packed;
}

/** Right sides that are solved together: their sums need not wait for each other. */
export const LANES = 4;

/**
 * Solves L y = x in place for a packed lower triangle L and four right sides, `x[LANES i + lane]`; writes the squared lengths of the
 * solutions.
 */
export function solveTriangle(packed: Float64Array, x: Float64Array, squares: Float64Array): void {
  const size = x.length / LANES;
  squares.fill(0);
  for (let i = 0, at = 0; i < size; i++, at++) {
    const own = i * LANES;
    let a = x[own]!;
    let b = x[own + 1]!;
    let c = x[own + 2]!;
    let d = x[own + 3]!;
    for (let k = 0; k < own; k += LANES, at++) {
      const l = packed[at]!;
      a -= l * x[k]!;
      b -= l * x[k + 1]!;
      c -= l * x[k + 2]!;
      d -= l * x[k + 3]!;
    }
    const scale = 1 / packed[at]!;
    x[own] = a * scale;
    x[own + 1] = b * scale;
    x[own + 2] = c * scale;
    x[own + 3] = d * scale;
    for (let lane = 0; lane < LANES; lane++) squares[lane]! += x[own + lane]! ** 2;
  }
}
