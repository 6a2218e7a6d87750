/** Writes row - mean as f64; returns nothing. `stride` is a multiple of 4, the mean is padded with 0. */
function deviate(row: usize, mean: usize, stride: i32, out: usize): void {
  for (const end = row + ((<usize>stride) << 2); row < end; row += 8, mean += 16, out += 16) {
    v128.store(out, f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(row)), v128.load(mean)));
  }
}

/**
 * Squared Mahalanobis lengths |W (x - mean)|^2 of `n` rows, where W is lower triangular (rows of `stride` f64, zeros above the
 * diagonal) with W'W the inverse covariance. `deviation` has room for `stride` f64.
 */
export function squaredLengths(
  x: usize,
  n: i32,
  stride: i32,
  features: i32,
  mean: usize,
  whitening: usize,
  deviation: usize,
  out: usize,
): void {
  const size = (<usize>stride) << 3;
  for (let i = 0; i < n; i++, x += size >> 1, out += 8) {
    deviate(x, mean, stride, deviation);
    let total: f64 = 0;
    let w = whitening;
    for (let j: usize = 0; j < <usize>features; j++, w += size) {
      let even = f64x2.splat(0);
      let odd = f64x2.splat(0);
      for (let p: usize = 0, end = (j + 1) << 3; p < end; p += 32) {
        even = f64x2.add(even, f64x2.mul(v128.load(w + p), v128.load(deviation + p)));
        odd = f64x2.add(odd, f64x2.mul(v128.load(w + p, 16), v128.load(deviation + p, 16)));
      }
      const sum = f64x2.add(even, odd);
      const entry = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
      total += entry * entry;
    }
    store<f64>(out, total);
  }
}

/** As `squaredLengths` for a diagonal W, of which `inverse` holds the squares. */
export function squaredLengthsDiagonal(x: usize, n: i32, stride: i32, mean: usize, inverse: usize, out: usize): void {
  const size = (<usize>stride) << 2;
  for (let i = 0; i < n; i++, x += size, out += 8) {
    let sum = f64x2.splat(0);
    for (let p: usize = 0; p < size; p += 8) {
      const gap = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(x + p)), v128.load(mean + 2 * p));
      sum = f64x2.add(sum, f64x2.mul(f64x2.mul(gap, gap), v128.load(inverse + 2 * p)));
    }
    store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }
}

/** Adds the weighted sum of `n` rows to `sum` (stride f64). */
export function addWeighted(x: usize, n: i32, stride: i32, weights: usize, sum: usize): void {
  const size = (<usize>stride) << 2;
  for (let i = 0; i < n; i++, x += size, weights += 8) {
    const w = f64x2.splat(load<f64>(weights));
    for (let p: usize = 0; p < size; p += 8) {
      const value = f64x2.mul(w, f64x2.promote_low_f32x4(v128.load64_zero(x + p)));
      v128.store(sum + 2 * p, f64x2.add(v128.load(sum + 2 * p), value));
    }
  }
}

/**
 * Adds the weighted scatter of `n` rows around `mean` to the lower triangle of `scatter` (rows of `stride` f64; entries above the
 * diagonal hold anything). `deviation` has room for `stride` f64.
 */
export function addScatter(
  x: usize,
  n: i32,
  stride: i32,
  features: i32,
  mean: usize,
  weights: usize,
  deviation: usize,
  scatter: usize,
): void {
  const size = (<usize>stride) << 3;
  for (let i = 0; i < n; i++, x += size >> 1, weights += 8) {
    const weight = load<f64>(weights);
    if (weight < 1e-300) continue;
    deviate(x, mean, stride, deviation);
    let row = scatter;
    for (let j: usize = 0; j < <usize>features; j++, row += size) {
      const w = f64x2.splat(weight * load<f64>(deviation + (j << 3)));
      for (let p: usize = 0, end = (j + 1) << 3; p < end; p += 16) {
        v128.store(row + p, f64x2.add(v128.load(row + p), f64x2.mul(w, v128.load(deviation + p))));
      }
    }
  }
}

/** As `addScatter`, of the diagonal alone (stride f64). */
export function addScatterDiagonal(x: usize, n: i32, stride: i32, mean: usize, weights: usize, scatter: usize): void {
  const size = (<usize>stride) << 2;
  for (let i = 0; i < n; i++, x += size, weights += 8) {
    const w = f64x2.splat(load<f64>(weights));
    for (let p: usize = 0; p < size; p += 8) {
      const gap = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(x + p)), v128.load(mean + 2 * p));
      v128.store(scatter + 2 * p, f64x2.add(v128.load(scatter + 2 * p), f64x2.mul(w, f64x2.mul(gap, gap))));
    }
  }
}
