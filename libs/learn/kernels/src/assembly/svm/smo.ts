// Sequential minimal optimisation inside a working set. Variable t has a signed dual coefficient b_t in [low_t, high_t]
// (for a classifier y_t a_t) and the gradient g_t = sum_s b_s K(t, s) + linear term. The b sum to a constant.

/** Of a direction without curvature (two equal rows), as in libsvm. */
const FLAT: f64 = 1e-12;

/**
 * Solves the working set's problem by pairs chosen with second-order information (Fan, Chen and Lin, "Working set selection
 * using second order information for training support vector machines", 2005, WSS 2), until the largest violation
 * max{-g_i : b_i < high_i} - min{-g_j : b_j > low_j} is under `tolerance`, or `most` pairs have been taken.
 * `kernel` is `n x n` f32, row-major with `stride` bytes a row; b, g, low and high are f64. Returns the number of pairs taken;
 * the violation goes to `out`.
 */
export function smo(
  kernel: usize,
  stride: usize,
  n: i32,
  b: usize,
  g: usize,
  low: usize,
  high: usize,
  tolerance: f64,
  most: i32,
  out: usize,
): i32 {
  const end = (<usize>n) << 3;
  let taken = 0;
  let up = -1,
    top = -Infinity;
  for (let t = 0, at = <usize>0; at < end; t++, at += 8) {
    if (load<f64>(b + at) < load<f64>(high + at) && -load<f64>(g + at) > top) {
      top = -load<f64>(g + at);
      up = t;
    }
  }
  let violation: f64 = 0;
  for (;;) {
    violation = 0;
    if (up < 0) break;
    const rowI = kernel + <usize>up * stride;
    const own = <f64>load<f32>(rowI + ((<usize>up) << 2));
    let down = -1;
    let best: f64 = 0,
      bottom = Infinity;
    let gap: f64 = 0,
      curve: f64 = 0;
    for (let t = 0, at = <usize>0, d = kernel, k = rowI; at < end; t++, at += 8, d += stride + 4, k += 4) {
      if (!(load<f64>(b + at) > load<f64>(low + at))) continue;
      const value = -load<f64>(g + at);
      bottom = min(bottom, value);
      const difference = top - value;
      if (!(difference > 0)) continue;
      let curvature = own + <f64>load<f32>(d) - 2 * <f64>load<f32>(k);
      if (!(curvature > 0)) curvature = FLAT;
      const gain = (difference * difference) / curvature;
      if (gain > best) {
        best = gain;
        down = t;
        gap = difference;
        curve = curvature;
      }
    }
    violation = max<f64>(top - bottom, 0);
    if (down < 0 || violation < tolerance || taken >= most) break;
    const i = (<usize>up) << 3,
      j = (<usize>down) << 3;
    const roomI = load<f64>(high + i) - load<f64>(b + i);
    const roomJ = load<f64>(b + j) - load<f64>(low + j);
    const room = min(roomI, roomJ);
    const step = min(gap / curve, room);
    // A bound that is reached is stored exactly: rounding must not leave a variable a hair inside.
    store<f64>(b + i, step == roomI ? load<f64>(high + i) : load<f64>(b + i) + step);
    store<f64>(b + j, step == roomJ ? load<f64>(low + j) : load<f64>(b + j) - step);
    taken++;
    up = -1;
    top = -Infinity;
    const rowJ = kernel + <usize>down * stride;
    for (let t = 0, at = <usize>0, p = rowI, q = rowJ; at < end; t++, at += 8, p += 4, q += 4) {
      const gradient = load<f64>(g + at) + step * (<f64>load<f32>(p) - <f64>load<f32>(q));
      store<f64>(g + at, gradient);
      if (-gradient > top && load<f64>(b + at) < load<f64>(high + at)) {
        top = -gradient;
        up = t;
      }
    }
  }
  store<f64>(out, violation);
  return taken;
}
