// The best numeric split of a leaf. Gain is score(left) + score(right) with
// score(G, H) = max(|G| - alpha, 0)^2 / (H + lambda), as in XGBoost (Chen and Guestrin, 2016) and LightGBM.
//
// The record at `best`: gain f64 at 0, feature i32 at 8, bin i32 at 12 (left is bin <= this), missing i32 at 16 (0: goes right, 1: left,
// 2: the leaf has none), kind i32 at 20 (0: numeric, 1: one category, 2: a set), left gradient f64 at 24, left hessian f64 at 32, set (256 bits) at 40.

/** max(|g| - alpha, 0)^2 / h */
export function score(g: f64, h: f64, alpha: f64): f64 {
  const t = max<f64>(abs<f64>(g) - alpha, 0);
  return (t * t) / h;
}

export function recordNumeric(best: usize, gain: f64, feature: i32, bin: i32, missing: i32): void {
  store<f64>(best, gain);
  store<i32>(best, feature, 8);
  store<i32>(best, bin, 12);
  store<i32>(best, missing, 16);
  store<i32>(best, 0, 20);
}

/**
 * Scans packed histograms of the features [from, to), four bins at a time; `histogram` is at feature `from`. `bins[f]` is the
 * number of bins, 0 for a feature that is left out. `g` and `h` are the leaf's sums; a child needs a hessian of `least` or more.
 */
export function scanPacked(
  histogram: usize,
  from: i32,
  to: i32,
  bins: usize,
  g: f64,
  h: f64,
  lambda: f64,
  alpha: f64,
  least: f64,
  best: usize,
): void {
  const start = histogram - ((<usize>from) << 11);
  const before = load<f64>(best);
  for (let f = from; f < to; f++, histogram += 2048) {
    const n = load<i32>(bins + ((<usize>f) << 2));
    if (n == 0) continue;
    const missing = load<i64>(histogram);
    scanPackedFrom(0, histogram, f, n, g, h, lambda, alpha, least, missing == 0 ? 2 : 1, best);
    if (missing != 0) scanPackedFrom(-missing, histogram, f, n, g, h, lambda, alpha, least, 0, best);
  }
  if (load<f64>(best) > before) sumLeftPacked(start, best);
}

/** One direction: `run` is 0 to send missing values left, and minus the missing bin to send them right. */
function scanPackedFrom(
  run: i64,
  histogram: usize,
  feature: i32,
  n: i32,
  g: f64,
  h: f64,
  lambda: f64,
  alpha: f64,
  least: f64,
  missing: i32,
  best: usize,
): void {
  const zero = i64x2.splat(0);
  const none = f32x4.splat(0);
  const totalG = f32x4.splat(<f32>g);
  const totalH = f32x4.splat(<f32>(h + lambda + lambda));
  const vLambda = f32x4.splat(<f32>lambda);
  const vAlpha = f32x4.splat(<f32>alpha);
  const vLeast = f32x4.splat(<f32>(least + lambda));
  const four = f32x4.splat(4);
  let prefix = i64x2.splat(run);
  let gains = f32x4.splat(<f32>load<f64>(best));
  let at = f32x4.splat(-1);
  let index = f32x4(0, 1, 2, 3);
  const end = histogram + ((<usize>n) << 3);
  for (let p = histogram; p < end; p += 32) {
    const x = v128.load(p);
    const y = v128.load(p, 16);
    const a = i64x2.add(prefix, i64x2.add(x, v128.shuffle<i64>(zero, x, 0, 2)));
    const b = i64x2.add(v128.shuffle<i64>(a, a, 1, 1), i64x2.add(y, v128.shuffle<i64>(zero, y, 0, 2)));
    prefix = v128.shuffle<i64>(b, b, 1, 1);
    const leftG = f32x4.convert_i32x4_s(v128.shuffle<i32>(a, b, 1, 3, 5, 7));
    const leftH = f32x4.add(f32x4.convert_i32x4_s(v128.shuffle<i32>(a, b, 0, 2, 4, 6)), vLambda);
    const rightH = f32x4.sub(totalH, leftH);
    const l = f32x4.pmax(f32x4.sub(f32x4.abs(leftG), vAlpha), none);
    const r = f32x4.pmax(f32x4.sub(f32x4.abs(f32x4.sub(totalG, leftG)), vAlpha), none);
    const gain = f32x4.add(f32x4.div(f32x4.mul(l, l), leftH), f32x4.div(f32x4.mul(r, r), rightH));
    const allowed = v128.and(f32x4.ge(leftH, vLeast), f32x4.ge(rightH, vLeast));
    const better = v128.and(allowed, f32x4.gt(gain, gains));
    gains = v128.bitselect(gain, gains, better);
    at = v128.bitselect(index, at, better);
    index = f32x4.add(index, four);
  }
  if (!v128.any_true(f32x4.ge(at, none))) return;
  let gain = <f32>load<f64>(best);
  let bin: f32 = -1;
  if (f32x4.extract_lane(gains, 0) > gain) {
    gain = f32x4.extract_lane(gains, 0);
    bin = f32x4.extract_lane(at, 0);
  }
  if (f32x4.extract_lane(gains, 1) > gain) {
    gain = f32x4.extract_lane(gains, 1);
    bin = f32x4.extract_lane(at, 1);
  }
  if (f32x4.extract_lane(gains, 2) > gain) {
    gain = f32x4.extract_lane(gains, 2);
    bin = f32x4.extract_lane(at, 2);
  }
  if (f32x4.extract_lane(gains, 3) > gain) {
    gain = f32x4.extract_lane(gains, 3);
    bin = f32x4.extract_lane(at, 3);
  }
  if (bin >= 0) recordNumeric(best, <f64>gain, feature, min<i32>(<i32>bin, n - 1), missing);
}

function sumLeftPacked(start: usize, best: usize): void {
  const histogram = start + ((<usize>load<i32>(best, 8)) << 11);
  const last = load<i32>(best, 12);
  let sum: i64 = 0;
  for (let b = load<i32>(best, 16) == 0 ? 1 : 0; b <= last; b++) sum += load<i64>(histogram + ((<usize>b) << 3));
  store<f64>(best, <f64>(<i32>(sum >> 32)), 24);
  store<f64>(best, <f64>(<u32>sum), 32);
}

/** The same over exact histograms, one bin at a time in f64. */
export function scanExact(
  histogram: usize,
  from: i32,
  to: i32,
  bins: usize,
  g: f64,
  h: f64,
  lambda: f64,
  alpha: f64,
  least: f64,
  best: usize,
): void {
  for (let f = from; f < to; f++, histogram += 4096) {
    const n = load<i32>(bins + ((<usize>f) << 2));
    if (n == 0) continue;
    const missing = load<f64>(histogram, 8) > 0;
    scanExactFrom(missing ? 1 : 2, histogram, f, n, g, h, lambda, alpha, least, best);
    if (missing) scanExactFrom(0, histogram, f, n, g, h, lambda, alpha, least, best);
  }
}

function scanExactFrom(
  missing: i32,
  histogram: usize,
  feature: i32,
  n: i32,
  g: f64,
  h: f64,
  lambda: f64,
  alpha: f64,
  least: f64,
  best: usize,
): void {
  let left = f64x2.splat(0);
  const total = f64x2(g, h);
  let best0 = load<f64>(best);
  for (let b = missing == 0 ? 1 : 0; b < n; b++) {
    left = f64x2.add(left, v128.load(histogram + ((<usize>b) << 4)));
    const right = f64x2.sub(total, left);
    const leftH = f64x2.extract_lane(left, 1);
    const rightH = f64x2.extract_lane(right, 1);
    if (leftH < least) continue;
    if (rightH < least) break;
    const leftG = f64x2.extract_lane(left, 0);
    const gain = score(leftG, leftH + lambda, alpha) + score(f64x2.extract_lane(right, 0), rightH + lambda, alpha);
    if (gain > best0) {
      best0 = gain;
      recordNumeric(best, gain, feature, b, missing);
      v128.store(best, left, 24);
    }
  }
}
