// Losses and gradient pairs of the rows [from, to). Labels, weights, scores and norms are f32, one a row; a class has its
// own plane of scores. `norms` holds the log of the sum of exponentials, so a probability is exp(score - norm).

/** Weighted sum of squared errors. */
export function lossSquared(from: i32, to: i32, scores: usize, labels: usize, weights: usize): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const error = <f64>load<f32>(scores + i) - <f64>load<f32>(labels + i);
    sum += <f64>load<f32>(weights + i) * error * error;
  }
  return sum;
}

/** Gradient score - label and hessian 1, both times the weight. */
export function gradientSquared(from: i32, to: i32, scores: usize, labels: usize, weights: usize, pairs: usize): void {
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const w = load<f32>(weights + i);
    store<f32>(pairs + (i << 1), w * (load<f32>(scores + i) - load<f32>(labels + i)));
    store<f32>(pairs + (i << 1), w, 4);
  }
}

/** At `out`, f64 each: the largest |gradient|, the largest hessian the sum of |gradient| and the sum of its square. */
export function spread(from: i32, to: i32, pairs: usize, out: usize): void {
  let g: f32 = 0,
    h: f32 = 0;
  let sum: f64 = 0,
    squares: f64 = 0;
  for (let p = pairs + ((<usize>from) << 3), end = pairs + ((<usize>to) << 3); p < end; p += 8) {
    const a = abs<f32>(load<f32>(p));
    g = max<f32>(g, a);
    h = max<f32>(h, load<f32>(p, 4));
    sum += <f64>a;
    squares += <f64>a * <f64>a;
  }
  store<f64>(out, <f64>g);
  store<f64>(out, <f64>h, 8);
  store<f64>(out, sum, 16);
  store<f64>(out, squares, 24);
}

/** Mixes 32 bits (Wellons' lowbias32). */
function mix(a: u32): u32 {
  a ^= a >> 16;
  a *= 0x7feb352d;
  a ^= a >> 15;
  a *= 0x846ca68b;
  return a ^ (a >> 16);
}

/**
 * Rounds scaled pairs to 16|16 bits, up or down at random so that sums stay unbiased (Shi et al., "Quantized training of
 * gradient boosting decision trees", 2022). The random bits depend on row and seed alone, not on the thread. `shared`, when it
 * is not 0, is this output's first place among pairs of four outputs side by side.
 */
export function quantise(
  from: i32,
  to: i32,
  pairs: usize,
  scaleG: f32,
  scaleH: f32,
  seed: u32,
  packed: usize,
  shared: usize,
): void {
  for (let r = from; r < to; r++) {
    const at = pairs + ((<usize>r) << 3);
    const u = mix(<u32>r ^ seed);
    const g = <i32>floor<f32>(load<f32>(at) * scaleG + <f32>(u & 0xffff) * <f32>(1.0 / 65536.0));
    const h = <i32>floor<f32>(load<f32>(at, 4) * scaleH + <f32>(u >> 16) * <f32>(1.0 / 65536.0));
    store<i32>(packed + ((<usize>r) << 2), (g << 16) + h);
    if (shared) store<i32>(shared + ((<usize>r) << 4), (g << 16) + h);
  }
}
