// Log loss and residuals of a few rows from their scores, in single precision. Labels are i32, weights f32. Each function replaces
// the scores by residuals w * (p - 1[own class]), with 0 in the rows up to the next multiple of 4, and returns the weighted loss.

/** e^x for x <= 0 to 2 units in the last place (Cephes' expf). */
function expFour(argument: v128): v128 {
  const x = f32x4.max(argument, f32x4.splat(-87));
  const k = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(x, f32x4.mul(k, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(k, f32x4.splat(-2.1219444e-4)));
  let p = f32x4.add(f32x4.mul(f32x4.splat(1.98756915e-4), r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** log(x) for finite x >= 1 to 2 units in the last place (Cephes' logf). */
function logFour(x: v128): v128 {
  const half = f32x4.splat(0.5);
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), half);
  // The mantissa moves from [0.5, 1) to [sqrt(0.5), sqrt(2)).
  const small = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  e = f32x4.sub(e, v128.and(small, f32x4.splat(1)));
  m = f32x4.sub(f32x4.add(m, v128.and(small, m)), f32x4.splat(1));
  const square = f32x4.mul(m, m);
  let p = f32x4.add(f32x4.mul(f32x4.splat(7.0376836292e-2), m), f32x4.splat(-1.151461031e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.167699874e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, m), square);
  p = f32x4.add(p, f32x4.mul(e, f32x4.splat(-2.1219444e-4)));
  p = f32x4.sub(p, f32x4.mul(half, square));
  return f32x4.add(f32x4.add(m, p), f32x4.mul(e, f32x4.splat(0.693359375)));
}

function zeroBeyond(rows: i32, residuals: usize): void {
  for (let r = rows; r < ((rows + 3) & ~3); r++) store<f32>(residuals + ((<usize>r) << 2), 0);
}

/** Multinomial: `outputs` planes of scores. `own` is scratch for one float a row. */
export function softmaxResiduals(
  rows: i32,
  outputs: i32,
  scores: usize,
  plane: i32,
  labels: usize,
  weights: usize,
  own: usize,
): f64 {
  const planeBytes = <usize>plane;
  const end = scores + planeBytes * <usize>outputs;
  for (let r: usize = 0; r < (<usize>rows) << 2; r += 4) {
    store<f32>(own + r, load<f32>(scores + r + planeBytes * <usize>load<i32>(labels + r)));
  }
  let loss: f64 = 0;
  for (let r: usize = 0; r < (<usize>rows) << 2; r += 16) {
    let largest = v128.load(scores + r);
    for (let p = scores + r + planeBytes; p < end; p += planeBytes) largest = f32x4.max(largest, v128.load(p));
    let total = f32x4.splat(0);
    for (let p = scores + r; p < end; p += planeBytes) {
      const e = expFour(f32x4.sub(v128.load(p), largest));
      v128.store(p, e);
      total = f32x4.add(total, e);
    }
    const scale = f32x4.div(v128.load(weights + r), total);
    for (let p = scores + r; p < end; p += planeBytes) v128.store(p, f32x4.mul(v128.load(p), scale));
    v128.store(own + r, f32x4.add(logFour(total), f32x4.sub(largest, v128.load(own + r))));
  }
  for (let r: usize = 0; r < (<usize>rows) << 2; r += 4) {
    const w = load<f32>(weights + r);
    loss += <f64>w * <f64>load<f32>(own + r);
    const p = scores + r + planeBytes * <usize>load<i32>(labels + r);
    store<f32>(p, load<f32>(p) - w);
  }
  for (let p = scores; p < end; p += planeBytes) zeroBeyond(rows, p);
  return loss;
}

/** Binary: one plane of scores, the log-odds of class 1. `own` is scratch for one float a row. */
export function logisticResiduals(rows: i32, scores: usize, labels: usize, weights: usize, own: usize): f64 {
  const one = f32x4.splat(1);
  for (let r: usize = 0; r < (<usize>rows) << 2; r += 16) {
    const s = v128.load(scores + r);
    const y = f32x4.convert_i32x4_s(v128.load(labels + r));
    const e = expFour(f32x4.neg(f32x4.abs(s)));
    const total = f32x4.add(one, e);
    const positive = f32x4.ge(s, f32x4.splat(0));
    const p = f32x4.div(v128.bitselect(one, e, positive), total);
    v128.store(scores + r, f32x4.mul(v128.load(weights + r), f32x4.sub(p, y)));
    const softplus = f32x4.add(f32x4.max(s, f32x4.splat(0)), logFour(total));
    v128.store(own + r, f32x4.sub(softplus, f32x4.mul(y, s)));
  }
  let loss: f64 = 0;
  for (let r: usize = 0; r < (<usize>rows) << 2; r += 4) loss += <f64>load<f32>(weights + r) * <f64>load<f32>(own + r);
  zeroBeyond(rows, scores);
  return loss;
}
