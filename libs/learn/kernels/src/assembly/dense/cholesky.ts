// Parts of a blocked Cholesky factorisation in double precision. Matrices are row-major; a stride is in doubles and even.

function sumPair(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

function subtractAt(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) - value);
}

/** C (4 x 2) -= A (4 x depth) B (2 x depth)': eight accumulators, each over pairs of the depth. */
function subtractFourByTwo(
  c: usize,
  cBytes: usize,
  a: usize,
  aBytes: usize,
  b: usize,
  bBytes: usize,
  depth: usize,
): void {
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const a1 = a + aBytes;
  const a2 = a1 + aBytes;
  const a3 = a2 + aBytes;
  const b1 = b + bBytes;
  for (let k: usize = 0; k < depth << 3; k += 16) {
    const v = v128.load(b + k);
    const w = v128.load(b1 + k);
    let x = v128.load(a + k);
    s00 = f64x2.add(s00, f64x2.mul(x, v));
    s01 = f64x2.add(s01, f64x2.mul(x, w));
    x = v128.load(a1 + k);
    s10 = f64x2.add(s10, f64x2.mul(x, v));
    s11 = f64x2.add(s11, f64x2.mul(x, w));
    x = v128.load(a2 + k);
    s20 = f64x2.add(s20, f64x2.mul(x, v));
    s21 = f64x2.add(s21, f64x2.mul(x, w));
    x = v128.load(a3 + k);
    s30 = f64x2.add(s30, f64x2.mul(x, v));
    s31 = f64x2.add(s31, f64x2.mul(x, w));
  }
  subtractAt(c, sumPair(s00));
  subtractAt(c + 8, sumPair(s01));
  subtractAt(c + cBytes, sumPair(s10));
  subtractAt(c + cBytes + 8, sumPair(s11));
  subtractAt(c + 2 * cBytes, sumPair(s20));
  subtractAt(c + 2 * cBytes + 8, sumPair(s21));
  subtractAt(c + 3 * cBytes, sumPair(s30));
  subtractAt(c + 3 * cBytes + 8, sumPair(s31));
}

/** Depth of one round of products: both operands stay in the cache. */
const DEPTH: usize = 64;

/** C (rows x cols) -= A (rows x depth) B (cols x depth)'. `rows` is a multiple of 4, `cols` and `depth` of 2. */
export function subtractProducts(
  c: usize,
  cStride: i32,
  a: usize,
  aStride: i32,
  b: usize,
  bStride: i32,
  rows: i32,
  cols: i32,
  depth: i32,
): void {
  const cBytes = (<usize>cStride) << 3;
  const aBytes = (<usize>aStride) << 3;
  const bBytes = (<usize>bStride) << 3;
  for (let k: usize = 0; k < <usize>depth; k += DEPTH) {
    const count = min<usize>(DEPTH, <usize>depth - k);
    for (let i: usize = 0; i < <usize>rows; i += 4) {
      for (let j: usize = 0; j < <usize>cols; j += 2) {
        const at = c + i * cBytes + (j << 3);
        subtractFourByTwo(at, cBytes, a + i * aBytes + (k << 3), aBytes, b + j * bBytes + (k << 3), bBytes, count);
      }
    }
  }
}

function dotDoubles(a: usize, b: usize, count: usize): f64 {
  let sum: f64 = 0;
  for (let k: usize = 0; k < count << 3; k += 8) sum += load<f64>(a + k) * load<f64>(b + k);
  return sum;
}

/** Replaces the lower triangle of a small symmetric matrix by its Cholesky factor. Returns 0 when it is not positive definite. */
export function factoriseBlock(a: usize, stride: i32, size: i32): i32 {
  const bytes = (<usize>stride) << 3;
  for (let i: usize = 0; i < <usize>size; i++) {
    const row = a + i * bytes;
    for (let j: usize = 0; j < i; j++) {
      const other = a + j * bytes;
      const sum = load<f64>(row + (j << 3)) - dotDoubles(row, other, j);
      store<f64>(row + (j << 3), sum / load<f64>(other + (j << 3)));
    }
    const pivot = load<f64>(row + (i << 3)) - dotDoubles(row, row, i);
    if (!(pivot > 0)) return 0;
    store<f64>(row + (i << 3), sqrt<f64>(pivot));
  }
  return 1;
}

/** Solves L y = x in place for each of `rows` rows x, with a small factor L (size x size). */
export function solveBlockRows(x: usize, xStride: i32, rows: i32, factor: usize, stride: i32, size: i32): void {
  const bytes = (<usize>stride) << 3;
  for (let r: usize = 0; r < <usize>rows; r++) {
    const row = x + ((r * <usize>xStride) << 3);
    for (let i: usize = 0; i < <usize>size; i++) {
      const l = factor + i * bytes;
      const sum = load<f64>(row + (i << 3)) - dotDoubles(row, l, i);
      store<f64>(row + (i << 3), sum / load<f64>(l + (i << 3)));
    }
  }
}
