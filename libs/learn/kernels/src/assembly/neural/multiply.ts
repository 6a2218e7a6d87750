/** Four rows of `a` times eight columns of `b`: each entry is summed over k in order, however the rest is cut. */
function fourRows(a: usize, b: usize, c: usize, k: i32, n: i32): void {
  const aStep = (<usize>k) << 2;
  const bStep = (<usize>n) << 2;
  let j = 0;
  for (; j + 8 <= n; j += 8) {
    let c00 = f32x4.splat(0);
    let c01 = f32x4.splat(0);
    let c10 = f32x4.splat(0);
    let c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0);
    let c21 = f32x4.splat(0);
    let c30 = f32x4.splat(0);
    let c31 = f32x4.splat(0);
    let left = a;
    let right = b + ((<usize>j) << 2);
    for (let p = 0; p < k; p++, left += 4, right += bStep) {
      const b0 = v128.load(right);
      const b1 = v128.load(right, 16);
      const a0 = v128.load32_splat(left);
      c00 = f32x4.add(c00, f32x4.mul(a0, b0));
      c01 = f32x4.add(c01, f32x4.mul(a0, b1));
      const a1 = v128.load32_splat(left + aStep);
      c10 = f32x4.add(c10, f32x4.mul(a1, b0));
      c11 = f32x4.add(c11, f32x4.mul(a1, b1));
      const a2 = v128.load32_splat(left + 2 * aStep);
      c20 = f32x4.add(c20, f32x4.mul(a2, b0));
      c21 = f32x4.add(c21, f32x4.mul(a2, b1));
      const a3 = v128.load32_splat(left + 3 * aStep);
      c30 = f32x4.add(c30, f32x4.mul(a3, b0));
      c31 = f32x4.add(c31, f32x4.mul(a3, b1));
    }
    const to = c + ((<usize>j) << 2);
    v128.store(to, c00);
    v128.store(to, c01, 16);
    v128.store(to + bStep, c10);
    v128.store(to + bStep, c11, 16);
    v128.store(to + 2 * bStep, c20);
    v128.store(to + 2 * bStep, c21, 16);
    v128.store(to + 3 * bStep, c30);
    v128.store(to + 3 * bStep, c31, 16);
  }
  if (j < n) for (let i: usize = 0; i < 4; i++) rest(a + i * aStep, b, c + i * bStep, k, n, j);
}

/** The columns from j on, of one row. */
function rest(a: usize, b: usize, c: usize, k: i32, n: i32, j: i32): void {
  for (; j < n; j++) {
    let sum: f32 = 0;
    let right = b + ((<usize>j) << 2);
    for (let p = 0; p < k; p++, right += (<usize>n) << 2) sum += load<f32>(a + ((<usize>p) << 2)) * load<f32>(right);
    store<f32>(c + ((<usize>j) << 2), sum);
  }
}

function oneRow(a: usize, b: usize, c: usize, k: i32, n: i32): void {
  const step = (<usize>n) << 2;
  let j = 0;
  for (; j + 32 <= n; j += 32) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let s4 = f32x4.splat(0);
    let s5 = f32x4.splat(0);
    let s6 = f32x4.splat(0);
    let s7 = f32x4.splat(0);
    let right = b + ((<usize>j) << 2);
    for (let p = 0; p < k; p++, right += step) {
      const left = v128.load32_splat(a + ((<usize>p) << 2));
      s0 = f32x4.add(s0, f32x4.mul(left, v128.load(right)));
      s1 = f32x4.add(s1, f32x4.mul(left, v128.load(right, 16)));
      s2 = f32x4.add(s2, f32x4.mul(left, v128.load(right, 32)));
      s3 = f32x4.add(s3, f32x4.mul(left, v128.load(right, 48)));
      s4 = f32x4.add(s4, f32x4.mul(left, v128.load(right, 64)));
      s5 = f32x4.add(s5, f32x4.mul(left, v128.load(right, 80)));
      s6 = f32x4.add(s6, f32x4.mul(left, v128.load(right, 96)));
      s7 = f32x4.add(s7, f32x4.mul(left, v128.load(right, 112)));
    }
    const to = c + ((<usize>j) << 2);
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
    v128.store(to, s4, 64);
    v128.store(to, s5, 80);
    v128.store(to, s6, 96);
    v128.store(to, s7, 112);
  }
  for (; j + 8 <= n; j += 8) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let right = b + ((<usize>j) << 2);
    for (let p = 0; p < k; p++, right += step) {
      const left = v128.load32_splat(a + ((<usize>p) << 2));
      s0 = f32x4.add(s0, f32x4.mul(left, v128.load(right)));
      s1 = f32x4.add(s1, f32x4.mul(left, v128.load(right, 16)));
    }
    v128.store(c + ((<usize>j) << 2), s0);
    v128.store(c + ((<usize>j) << 2), s1, 16);
  }
  rest(a, b, c, k, n, j);
}

/**
 * c = a b for row-major f32: `a` is m x k, `b` k x n, `c` m x n. A row's result does not depend on how many rows there are.
 */
export function multiplyMatrices(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32): void {
  const aStep = (<usize>k) << 2;
  const cStep = (<usize>n) << 2;
  let i = 0;
  for (; i + 4 <= m; i += 4, a += 4 * aStep, c += 4 * cStep) fourRows(a, b, c, k, n);
  for (; i < m; i++, a += aStep, c += cStep) oneRow(a, b, c, k, n);
}

/** `to` (n x m) = the m x n matrix `from`, transposed. */
export function transposeMatrix(from: usize, to: usize, m: i32, n: i32): void {
  const step = (<usize>m) << 2;
  for (let i = 0; i < m; i++, to += 4) {
    let at = to;
    for (let j = 0; j < n; j++, from += 4, at += step) store<f32>(at, load<f32>(from));
  }
}
