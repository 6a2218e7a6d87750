import { gainOfWeight, limitedWeight } from './constrained';

// The best split of a categorical feature: which set of its bins goes left. Bins with few rows stay right.
// One against the rest for few bins; otherwise bins ordered by gradient / (hessian + smooth) and cut at one place
// (Fisher, 1958), from either end, as LightGBM does.

/**
 * Gains over packed histograms are rounded to f32, as numeric ones are: which of two equal ones wins must not depend on the threads.
 * Scans one feature's histogram (packed or exact) of `n` bins. Weights lie in [lower, upper]. `rowsPerHessian`
 * estimates row counts. `scratch` holds 256 f64 gradients, hessians and ratios, then 256 bytes of order. The record at `best` is described in split.ts.
 */
export function scanCategorical(
  histogram: usize,
  exact: bool,
  feature: i32,
  n: i32,
  g: f64,
  h: f64,
  lambda: f64,
  alpha: f64,
  least: f64,
  lower: f64,
  upper: f64,
  rowsPerHessian: f64,
  smooth: f64,
  smoothRows: f64,
  extraLambda: f64,
  maxSet: i32,
  maxOneHot: i32,
  groupRows: f64,
  scratch: usize,
  best: usize,
): void {
  for (let b = 0; b < n; b++) unpackCell(histogram, exact, b, scratch + ((<usize>b) << 3));
  let present = 0;
  for (let b = 0; b < n; b++) if (load<f64>(scratch + ((<usize>b) << 3), 2048) > 0) present++;
  if (present < 2) return;
  if (n <= maxOneHot) {
    for (let b = 0; b < n; b++) {
      const at = scratch + ((<usize>b) << 3);
      const leftG = load<f64>(at);
      const leftH = load<f64>(at, 2048);
      if (leftH < least || h - leftH < least) continue;
      let gain =
        limitedGain(leftG, leftH + lambda, alpha, lower, upper) +
        limitedGain(g - leftG, h - leftH + lambda, alpha, lower, upper);
      if (!exact) gain = <f64>(<f32>gain);
      if (gain <= load<f64>(best)) continue;
      store<u8>(scratch + 6144, <u8>b);
      recordSet(best, gain, feature, 1, leftG, leftH, scratch + 6144, 1);
    }
    return;
  }
  const used = sortBins(n, rowsPerHessian, smooth, smoothRows, scratch);
  const longest = min<i32>(maxSet, (used + 1) / 2);
  for (let step = 1; step >= -1; step -= 2) {
    let place = step > 0 ? 0 : used - 1;
    let leftG: f64 = 0,
      leftH: f64 = 0,
      group: f64 = 0;
    for (let i = 0; i < longest && i < used - 1; i++, place += step) {
      const at = scratch + ((<usize>load<u8>(scratch + 6144 + place)) << 3);
      leftG += load<f64>(at);
      leftH += load<f64>(at, 2048);
      group += load<f64>(at, 2048) * rowsPerHessian;
      if (leftH < least) continue;
      const rightH = h - leftH;
      if (rightH < least || rightH * rowsPerHessian < groupRows) break;
      if (group < groupRows) continue;
      group = 0;
      let gain =
        limitedGain(leftG, leftH + lambda + extraLambda, alpha, lower, upper) +
        limitedGain(g - leftG, rightH + lambda + extraLambda, alpha, lower, upper);
      if (!exact) gain = <f64>(<f32>gain);
      if (gain <= load<f64>(best)) continue;
      const first = step > 0 ? 0 : place;
      recordSet(best, gain, feature, 2, leftG, leftH, scratch + 6144 + first, i + 1);
    }
  }
}

function limitedGain(g: f64, h: f64, alpha: f64, lower: f64, upper: f64): f64 {
  return gainOfWeight(g, h, alpha, limitedWeight(g, h, alpha, lower, upper));
}

function unpackCell(histogram: usize, exact: bool, bin: i32, at: usize): void {
  if (exact) {
    store<f64>(at, load<f64>(histogram + ((<usize>bin) << 4)));
    store<f64>(at, load<f64>(histogram + ((<usize>bin) << 4), 8), 2048);
    return;
  }
  const cell = load<i64>(histogram + ((<usize>bin) << 3));
  store<f64>(at, <f64>(<i32>(cell >> 32)));
  store<f64>(at, <f64>(<u32>cell), 2048);
}

/** Orders the bins that hold enough rows by their ratio (insertion sort: at most 256, nearly always few). */
function sortBins(n: i32, rowsPerHessian: f64, smooth: f64, smoothRows: f64, scratch: usize): i32 {
  let used = 0;
  for (let b = 0; b < n; b++) {
    const at = scratch + ((<usize>b) << 3);
    const hessian = load<f64>(at, 2048);
    if (hessian <= 0 || hessian * rowsPerHessian < smoothRows - 0.5) continue;
    const ratio = load<f64>(at) / (hessian + smooth);
    let i = used++;
    for (; i > 0; i--) {
      const other = load<u8>(scratch + 6144 + i - 1);
      if (load<f64>(scratch + ((<usize>other) << 3), 4096) <= ratio) break;
      store<u8>(scratch + 6144 + i, other);
    }
    store<u8>(scratch + 6144 + i, <u8>b);
    store<f64>(at, ratio, 4096);
  }
  return used;
}

function recordSet(best: usize, gain: f64, feature: i32, kind: i32, g: f64, h: f64, order: usize, count: i32): void {
  store<f64>(best, gain);
  store<i32>(best, feature, 8);
  store<i32>(best, 0, 12);
  store<i32>(best, 0, 16);
  store<i32>(best, kind, 20);
  store<f64>(best, g, 24);
  store<f64>(best, h, 32);
  memory.fill(best + 40, 0, 32);
  for (let i = 0; i < count; i++) {
    const bin = <usize>load<u8>(order + i);
    const at = best + 40 + (bin >> 3);
    store<u8>(at, load<u8>(at) | <u8>((<u32>1) << (<u32>bin & 7)));
  }
}
