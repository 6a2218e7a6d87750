import { mix } from './mix';

/** 4096 quantiles of the normal distribution, as f32, give standard normal numbers: the mean of two, rescaled. */
function normal(quantiles: usize, bits: u32): f32 {
  const a = load<f32>(quantiles + ((<usize>(bits & 4095)) << 2));
  const b = load<f32>(quantiles + ((<usize>((bits >> 12) & 4095)) << 2));
  return (a + b) * <f32>0.70710678;
}

/** sums[i] /= sqrt(norms[i]) for `n` f32 (a multiple of 4): the cosine between gradients and leaf values. */
export function cosines(sums: usize, norms: usize, n: i32): void {
  const tiny = f32x4.splat(1e-30);
  for (const end = sums + ((<usize>n) << 2); sums < end; sums += 16, norms += 16) {
    v128.store(sums, f32x4.div(v128.load(sums), f32x4.sqrt(f32x4.max(v128.load(norms), tiny))));
  }
}

/**
 * The best split of the features [from, to), whose scores lie at `sums`. Feature f has bins[f] bins (0: it may not be used)
 * and splits from bin lowest[f] on. Noise of standard deviation `noise` is added to each score, anew when features are
 * compared. At `best`: noisy score f64, feature i32 (-1: none), bin i32, score f64.
 */
export function chooseSplit(
  from: i32,
  to: i32,
  bins: usize,
  lowest: usize,
  oneHot: usize,
  sums: usize,
  noise: f32,
  seed: u32,
  quantiles: usize,
  best: usize,
): void {
  store<f64>(best, -Infinity);
  store<i32>(best, -1, 8);
  for (let f = from; f < to; f++, sums += 1024) {
    const n = load<i32>(bins + ((<usize>f) << 2));
    if (n == 0) continue;
    const own = mix(seed ^ mix(<u32>f));
    let top: f32 = -Infinity;
    let pure: f32 = 0;
    let bin = -1;
    const end = load<u8>(oneHot + <usize>f) == 1 ? n : n - 1;
    for (let b = load<i32>(lowest + ((<usize>f) << 2)); b < end; b++) {
      const score = load<f32>(sums + ((<usize>b) << 2));
      const shaken = noise > 0 ? score + noise * normal(quantiles, mix(own + <u32>b)) : score;
      if (shaken > top) {
        top = shaken;
        pure = score;
        bin = b;
      }
    }
    if (bin < 0) continue;
    const shaken = <f64>(noise > 0 ? pure + noise * normal(quantiles, mix(own ^ 0x5bd1e995)) : pure);
    if (shaken > load<f64>(best)) {
      store<f64>(best, shaken);
      store<i32>(best, f, 8);
      store<i32>(best, bin, 12);
      store<f64>(best, <f64>pure, 16);
    }
  }
}
