// Log loss and gradients of a few rows in double precision, for tolerances and data that single precision cannot hold. Rows of `x`
// are `stride` floats; rows of `w` and `g` are `stride` doubles.

function dot(x: usize, w: usize, stride: usize): f64 {
  let a = f64x2.splat(0);
  let b = a;
  for (let j: usize = 0; j < stride; j += 4) {
    const v = v128.load(x + (j << 2));
    a = f64x2.add(a, f64x2.mul(f64x2.promote_low_f32x4(v), v128.load(w + (j << 3))));
    const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 0, 1));
    b = f64x2.add(b, f64x2.mul(high, v128.load(w + (j << 3), 16)));
  }
  const sum = f64x2.add(a, b);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

function addScaledRow(x: usize, scale: f64, g: usize, stride: usize): void {
  const s = f64x2.splat(scale);
  for (let j: usize = 0; j < stride; j += 4) {
    const v = v128.load(x + (j << 2));
    const at = g + (j << 3);
    v128.store(at, f64x2.add(v128.load(at), f64x2.mul(f64x2.promote_low_f32x4(v), s)));
    const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 0, 1));
    v128.store(at, f64x2.add(v128.load(at, 16), f64x2.mul(high, s)), 16);
  }
}

/** Turns `outputs` scores into p - 1[own] and returns the loss. One score is the log-odds of class 1. */
function rowResiduals(scores: usize, outputs: usize, label: i32): f64 {
  if (outputs == 1) {
    const s = load<f64>(scores);
    const e = Math.exp(-abs<f64>(s));
    store<f64>(scores, (s >= 0 ? 1 : e) / (1 + e) - <f64>label);
    return max<f64>(s, 0) + Math.log1p(e) - <f64>label * s;
  }
  const end = scores + (outputs << 3);
  let largest = load<f64>(scores);
  for (let p = scores + 8; p < end; p += 8) largest = max<f64>(largest, load<f64>(p));
  const own = scores + ((<usize>label) << 3);
  const loss = largest - load<f64>(own);
  let total: f64 = 0;
  for (let p = scores; p < end; p += 8) {
    const e = Math.exp(load<f64>(p) - largest);
    store<f64>(p, e);
    total += e;
  }
  for (let p = scores; p < end; p += 8) store<f64>(p, load<f64>(p) / total);
  store<f64>(own, load<f64>(own) - 1);
  return loss + Math.log(total);
}

/**
 * The weighted loss of `rows` rows; with `g` (outputs x stride doubles) not 0 adds their gradient to it and the sums of their
 * residuals to `sums`. `weights` are doubles, `scores` is scratch for one double an output.
 */
export function logLossDouble(
  x: usize,
  rows: i32,
  stride: i32,
  outputs: i32,
  w: usize,
  bias: usize,
  labels: usize,
  weights: usize,
  scores: usize,
  g: usize,
  sums: usize,
): f64 {
  const width = <usize>stride;
  let loss: f64 = 0;
  for (let r: usize = 0; r < <usize>rows; r++) {
    const row = x + ((r * width) << 2);
    const weight = load<f64>(weights + (r << 3));
    for (let c: usize = 0; c < <usize>outputs; c++) {
      store<f64>(scores + (c << 3), load<f64>(bias + (c << 3)) + dot(row, w + ((c * width) << 3), width));
    }
    loss += weight * rowResiduals(scores, <usize>outputs, load<i32>(labels + (r << 2)));
    if (g == 0 || weight == 0) continue;
    for (let c: usize = 0; c < <usize>outputs; c++) {
      const residual = weight * load<f64>(scores + (c << 3));
      addScaledRow(row, residual, g + ((c * width) << 3), width);
      store<f64>(sums + (c << 3), load<f64>(sums + (c << 3)) + residual);
    }
  }
  return loss;
}
