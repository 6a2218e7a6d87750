// Gradients of a few rows, in single precision: g[c] += sum over r of residual[c][r] * x[r]. Rows of `x` and `g` are `stride`
// floats, a multiple of 8; residuals are 0 from `rows` to the next multiple of 4.

/** Three outputs times eight features: five loads for six products. */
function threeOutputs(x: usize, rows: i32, stride: usize, residuals: usize, plane: usize, g: usize): void {
  const g1 = g + stride;
  const g2 = g1 + stride;
  let a0 = v128.load(g);
  let a1 = v128.load(g1);
  let a2 = v128.load(g2);
  let b0 = v128.load(g, 16);
  let b1 = v128.load(g1, 16);
  let b2 = v128.load(g2, 16);
  for (let r = 0, p = x, d = residuals; r < rows; r++, p += stride, d += 4) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    let v = v128.load32_splat(d);
    a0 = f32x4.add(a0, f32x4.mul(a, v));
    b0 = f32x4.add(b0, f32x4.mul(b, v));
    v = v128.load32_splat(d + plane);
    a1 = f32x4.add(a1, f32x4.mul(a, v));
    b1 = f32x4.add(b1, f32x4.mul(b, v));
    v = v128.load32_splat(d + plane + plane);
    a2 = f32x4.add(a2, f32x4.mul(a, v));
    b2 = f32x4.add(b2, f32x4.mul(b, v));
  }
  v128.store(g, a0);
  v128.store(g1, a1);
  v128.store(g2, a2);
  v128.store(g, b0, 16);
  v128.store(g1, b1, 16);
  v128.store(g2, b2, 16);
}

/** One output times eight features, two rows at a time. */
function oneOutput(x: usize, rows: i32, stride: usize, residuals: usize, g: usize): void {
  let a = v128.load(g);
  let b = v128.load(g, 16);
  let c = f32x4.splat(0);
  let d = c;
  for (let r = 0, p = x, at = residuals; r < rows; r += 2, p += stride << 1, at += 8) {
    const v = v128.load32_splat(at);
    const w = v128.load32_splat(at, 4);
    a = f32x4.add(a, f32x4.mul(v128.load(p), v));
    b = f32x4.add(b, f32x4.mul(v128.load(p, 16), v));
    c = f32x4.add(c, f32x4.mul(v128.load(p + stride), w));
    d = f32x4.add(d, f32x4.mul(v128.load(p + stride, 16), w));
  }
  v128.store(g, f32x4.add(a, c));
  v128.store(g, f32x4.add(b, d), 16);
}

/** Adds the gradients of `rows` rows to `g` (outputs x stride). */
export function linearGradients(
  x: usize,
  rows: i32,
  stride: i32,
  outputs: i32,
  residuals: usize,
  plane: i32,
  g: usize,
): void {
  const bytes = (<usize>stride) << 2;
  const planeBytes = <usize>plane;
  for (let j: usize = 0; j < bytes; j += 32) {
    let c: usize = 0;
    for (; c + 3 <= <usize>outputs; c += 3) {
      threeOutputs(x + j, rows, bytes, residuals + c * planeBytes, planeBytes, g + c * bytes + j);
    }
    for (; c < <usize>outputs; c++) oneOutput(x + j, rows, bytes, residuals + c * planeBytes, g + c * bytes + j);
  }
}

/** Adds the sum of each plane of residuals to `sums` (f64, one an output). */
export function sumResiduals(rows: i32, outputs: i32, residuals: usize, plane: i32, sums: usize): void {
  for (let c: usize = 0; c < <usize>outputs; c++) {
    let sum = load<f64>(sums + (c << 3));
    const from = residuals + c * <usize>plane;
    for (let p = from; p < from + ((<usize>rows) << 2); p += 4) sum += <f64>load<f32>(p);
    store<f64>(sums + (c << 3), sum);
  }
}

/** Adds `count` floats (a multiple of 4) to as many doubles and sets the floats to 0. */
export function flushSums(floats: usize, count: i32, doubles: usize): void {
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i < <usize>count; i += 4) {
    const f = floats + (i << 2);
    const d = doubles + (i << 3);
    const v = v128.load(f);
    v128.store(d, f64x2.add(v128.load(d), f64x2.promote_low_f32x4(v)));
    const high = v128.shuffle<i32>(v, v, 2, 3, 0, 1);
    v128.store(d, f64x2.add(v128.load(d, 16), f64x2.promote_low_f32x4(high)), 16);
    v128.store(f, zero);
  }
}
