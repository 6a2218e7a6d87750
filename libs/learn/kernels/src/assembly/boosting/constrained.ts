import { recordNumeric } from './split';

// Splits whose leaf weights are limited: by max_delta_step, or by bounds that monotone constraints hand down
// (the basic method of XGBoost and LightGBM). The gain is then that of the clipped weight, not of the free optimum.

/** The weight that lowers the loss most, within the limits; `h` includes lambda. */
export function limitedWeight(g: f64, h: f64, alpha: f64, lower: f64, upper: f64): f64 {
  const shrunk = max<f64>(abs<f64>(g) - alpha, 0);
  return min<f64>(max<f64>(-copysign<f64>(shrunk / h, g), lower), upper);
}

/** What the weight `w` takes off twice the loss: max(|g| - alpha, 0)^2 / h when it is the free optimum. */
export function gainOfWeight(g: f64, h: f64, alpha: f64, w: f64): f64 {
  const shrunk = copysign<f64>(max<f64>(abs<f64>(g) - alpha, 0), g);
  return -(2 * shrunk * w + h * w * w);
}

/**
 * Scans the features [from, to) bin by bin in f64, packed or exact histograms; `histogram` is at feature `from`. Weights lie in
 * [lower, upper]. `monotone[f]` (i8) is 1 when the right weight must not be below the left, -1 when not above it, else 0.
 */
export function scanConstrained(
  histogram: usize,
  exact: bool,
  from: i32,
  to: i32,
  bins: usize,
  cells: i32,
  monotone: usize,
  g: f64,
  h: f64,
  lambda: f64,
  alpha: f64,
  least: f64,
  lower: f64,
  upper: f64,
  best: usize,
): void {
  const cellShift = exact ? 4 : 3;
  for (let f = from; f < to; f++, histogram += (<usize>cells) << cellShift) {
    const n = load<i32>(bins + ((<usize>f) << 2));
    if (n == 0) continue;
    const direction = <f64>load<i8>(monotone + f);
    const missing = exact ? load<f64>(histogram, 8) > 0 : load<i64>(histogram) != 0;
    for (let side = missing ? 0 : 2; side <= (missing ? 1 : 2); side++) {
      let leftG: f64 = 0,
        leftH: f64 = 0;
      for (let b = side == 0 ? 1 : 0; b < n; b++) {
        const cell = histogram + ((<usize>b) << cellShift);
        if (exact) {
          leftG += load<f64>(cell);
          leftH += load<f64>(cell, 8);
        } else {
          leftG += <f64>load<i32>(cell, 4);
          leftH += <f64>load<u32>(cell);
        }
        const rightH = h - leftH;
        if (leftH < least) continue;
        if (rightH < least) break;
        const leftW = limitedWeight(leftG, leftH + lambda, alpha, lower, upper);
        const rightW = limitedWeight(g - leftG, rightH + lambda, alpha, lower, upper);
        if (direction * (rightW - leftW) < 0) continue;
        let gain =
          gainOfWeight(leftG, leftH + lambda, alpha, leftW) + gainOfWeight(g - leftG, rightH + lambda, alpha, rightW);
        if (!exact) gain = <f64>(<f32>gain);
        if (gain <= load<f64>(best)) continue;
        recordNumeric(best, gain, f, b, side);
        store<f64>(best, leftG, 24);
        store<f64>(best, leftH, 32);
      }
    }
  }
}
