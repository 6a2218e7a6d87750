// Losses and gradient pairs of targets whose mean is exp(score), for the rows [from, to): f32 labels, weights and scores.
// Losses are negative log likelihoods without the terms that do not depend on the score.

/** Poisson: exp(s) - y s. */
export function lossPoisson(from: i32, to: i32, scores: usize, labels: usize, weights: usize): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const s = load<f32>(scores + i);
    sum += <f64>load<f32>(weights + i) * (<f64>Mathf.exp(s) - <f64>load<f32>(labels + i) * <f64>s);
  }
  return sum;
}

/** Gradient exp(s) - y and hessian exp(s) * `widening`, which keeps steps small (exp(max_delta_step) in the peers). */
export function gradientPoisson(
  from: i32,
  to: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  widening: f32,
  pairs: usize,
): void {
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const w = load<f32>(weights + i);
    const mean = Mathf.exp(load<f32>(scores + i));
    store<f32>(pairs + (i << 1), w * (mean - load<f32>(labels + i)));
    store<f32>(pairs + (i << 1), w * mean * widening, 4);
  }
}

/** Gamma with shape 1: y exp(-s) + s. */
export function lossGamma(from: i32, to: i32, scores: usize, labels: usize, weights: usize): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const s = load<f32>(scores + i);
    sum += <f64>load<f32>(weights + i) * (<f64>load<f32>(labels + i) * <f64>Mathf.exp(-s) + <f64>s);
  }
  return sum;
}

/** Gradient 1 - y exp(-s) and hessian y exp(-s). */
export function gradientGamma(from: i32, to: i32, scores: usize, labels: usize, weights: usize, pairs: usize): void {
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const w = load<f32>(weights + i);
    const ratio = load<f32>(labels + i) * Mathf.exp(-load<f32>(scores + i));
    store<f32>(pairs + (i << 1), w * (1 - ratio));
    store<f32>(pairs + (i << 1), w * ratio, 4);
  }
}

/** Tweedie of variance power p in (1, 2): -y exp((1 - p) s) / (1 - p) + exp((2 - p) s) / (2 - p). */
export function lossTweedie(from: i32, to: i32, scores: usize, labels: usize, weights: usize, power: f64): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const s = <f64>load<f32>(scores + i);
    const a = <f64>load<f32>(labels + i) * <f64>Mathf.exp(<f32>((1 - power) * s));
    const b = <f64>Mathf.exp(<f32>((2 - power) * s));
    sum += <f64>load<f32>(weights + i) * (b / (2 - power) - a / (1 - power));
  }
  return sum;
}

/** The first two derivatives of the Tweedie loss by the score. */
export function gradientTweedie(
  from: i32,
  to: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  power: f32,
  pairs: usize,
): void {
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const w = load<f32>(weights + i);
    const s = load<f32>(scores + i);
    const a = load<f32>(labels + i) * Mathf.exp((1 - power) * s);
    const b = Mathf.exp((2 - power) * s);
    store<f32>(pairs + (i << 1), w * (b - a));
    store<f32>(pairs + (i << 1), w * ((2 - power) * b - (1 - power) * a), 4);
  }
}
