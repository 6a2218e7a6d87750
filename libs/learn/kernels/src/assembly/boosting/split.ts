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
 * number of bins, 0 for a feature that is left out; a histogram has `cells` cells a feature. `g` and `h` are the leaf's sums; a child needs a hessian of `least` or more.
 */
export function scanPacked(
  histogram: usize,
  from: i32,
  to: i32,
  bins: usize,
  cells: i32,
  g: f64,
  h: f64,
  lambda: f64,
  alpha: f64,
  least: f64,
  best: usize,
): void {
  const bytes = (<usize>cells) << 3;
  const start = histogram - <usize>from * bytes;
  const before = load<f64>(best);
  for (let f = from; f < to; f++, histogram += bytes) {
    const n = load<i32>(bins + ((<usize>f) << 2));
    if (n == 0) continue;
    const missing = load<i64>(histogram);
    scanPackedFrom(0, histogram, f, n, g, h, lambda, alpha, least, missing == 0 ? 2 : 1, best);
    if (missing != 0) scanPackedFrom(-missing, histogram, f, n, g, h, lambda, alpha, least, 0, best);
  }
  if (load<f64>(best) > before) sumLeftPacked(start, bytes, best);
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
  const totalG = f32x4.splat(<f32>g);
  const totalH = f32x4.splat(<f32>(h + lambda + lambda));
  const vLambda = f32x4.splat(<f32>lambda);
  const vAlpha = f32x4.splat(<f32>alpha);
  const vLeast = f32x4.splat(<f32>(least + lambda));
  const shrinks = alpha > 0;
  let prefix = i64x2.splat(run);
  let gains = f32x4.splat(0);
  const end = histogram + ((<usize>n) << 3);
  for (let p = histogram; p < end; p += 32) {
    const x = v128.load(p);
    const y = v128.load(p, 16);
    const a = i64x2.add(prefix, i64x2.add(x, v128.shuffle<i64>(zero, x, 0, 2)));
    const b = i64x2.add(v128.shuffle<i64>(a, a, 1, 1), i64x2.add(y, v128.shuffle<i64>(zero, y, 0, 2)));
    prefix = v128.shuffle<i64>(b, b, 1, 1);
    const leftG = f32x4.convert_i32x4_s(v128.shuffle<i32>(a, b, 1, 3, 5, 7));
    const leftH = f32x4.add(f32x4.convert_i32x4_s(v128.shuffle<i32>(a, b, 0, 2, 4, 6)), vLambda);
    gains = f32x4.pmax(gains, gainsOf(leftG, leftH, totalG, totalH, vAlpha, vLeast, shrinks));
  }
  // Few features beat the best so far: only these are looked through for the bin.
  if (!v128.any_true(f32x4.gt(gains, f32x4.splat(<f32>load<f64>(best))))) return;
  const most = max<f32>(
    max<f32>(f32x4.extract_lane(gains, 0), f32x4.extract_lane(gains, 1)),
    max<f32>(f32x4.extract_lane(gains, 2), f32x4.extract_lane(gains, 3)),
  );
  let sum = run;
  for (let bin = 0; bin < n; bin++) {
    sum += load<i64>(histogram + ((<usize>bin) << 3));
    const leftG = <f32>(<i32>(sum >> 32));
    const leftH = <f32>(<i32>sum) + <f32>lambda;
    if (gainOf(leftG, leftH, <f32>g, <f32>(h + lambda + lambda), <f32>alpha, <f32>(least + lambda)) != most) continue;
    recordNumeric(best, <f64>most, feature, bin, missing);
    return;
  }
}

/** Gains of four splits, 0 where a child's hessian is too small. Hessians include lambda. One division in place of two. */
function gainsOf(leftG: v128, leftH: v128, totalG: v128, totalH: v128, alpha: v128, least: v128, shrinks: bool): v128 {
  const rightH = f32x4.sub(totalH, leftH);
  let l = leftG;
  let r = f32x4.sub(totalG, leftG);
  if (shrinks) {
    const none = f32x4.splat(0);
    l = f32x4.pmax(none, f32x4.sub(f32x4.abs(l), alpha));
    r = f32x4.pmax(none, f32x4.sub(f32x4.abs(r), alpha));
  }
  const numerator = f32x4.add(f32x4.mul(f32x4.mul(l, l), rightH), f32x4.mul(f32x4.mul(r, r), leftH));
  const gain = f32x4.div(numerator, f32x4.mul(leftH, rightH));
  return v128.and(gain, v128.and(f32x4.ge(leftH, least), f32x4.ge(rightH, least)));
}

/** One of them, by the same operations and so to the same bits. */
function gainOf(leftG: f32, leftH: f32, totalG: f32, totalH: f32, alpha: f32, least: f32): f32 {
  const rightH = totalH - leftH;
  if (leftH < least || rightH < least) return 0;
  const l = max<f32>(abs<f32>(leftG) - alpha, 0);
  const r = max<f32>(abs<f32>(totalG - leftG) - alpha, 0);
  return (l * l * rightH + r * r * leftH) / (leftH * rightH);
}

function sumLeftPacked(start: usize, bytes: usize, best: usize): void {
  const histogram = start + <usize>load<i32>(best, 8) * bytes;
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
  cells: i32,
  g: f64,
  h: f64,
  lambda: f64,
  alpha: f64,
  least: f64,
  best: usize,
): void {
  for (let f = from; f < to; f++, histogram += (<usize>cells) << 4) {
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
