// Losses of one score a row: weighted first derivatives (gradients) and second derivatives (hessians) of rows [from, to), four
// at a time where the loss is common. Each returns the weighted sum of losses. Arrays are f32, one a row.
import { exp4, log1p4, sum4 } from '../transcendental';

/** Half the squared error, of which the sum is returned undivided. */
export function deriveSquared(
  from: i32,
  to: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  gradients: usize,
  hessians: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 16) {
    const error = f32x4.sub(v128.load(scores + i), v128.load(labels + i));
    const weight = v128.load(weights + i);
    const gradient = f32x4.mul(weight, error);
    v128.store(gradients + i, gradient);
    v128.store(hessians + i, weight);
    sum += sum4(f32x4.mul(gradient, error));
  }
  return sum;
}

/** Log loss of log-odds. */
export function deriveLogistic(
  from: i32,
  to: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  gradients: usize,
  hessians: usize,
): f64 {
  const one = f32x4.splat(1);
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 16) {
    const score = v128.load(scores + i);
    const label = v128.load(labels + i);
    const weight = v128.load(weights + i);
    const small = exp4(f32x4.neg(f32x4.abs(score)));
    const rest = f32x4.div(one, f32x4.add(one, small));
    const positive = f32x4.gt(score, f32x4.splat(0));
    const p = v128.bitselect(rest, f32x4.mul(small, rest), positive);
    v128.store(gradients + i, f32x4.mul(weight, f32x4.sub(p, label)));
    v128.store(hessians + i, f32x4.mul(weight, f32x4.mul(p, f32x4.sub(one, p))));
    const loss = f32x4.add(f32x4.sub(f32x4.max(score, f32x4.splat(0)), f32x4.mul(label, score)), log1p4(small));
    sum += sum4(f32x4.mul(weight, loss));
  }
  return sum;
}

/** The pinball loss of the quantile `alpha`; a half is half the absolute error. No second derivative. */
export function deriveQuantile(
  from: i32,
  to: i32,
  alpha: f32,
  scores: usize,
  labels: usize,
  weights: usize,
  gradients: usize,
  hessians: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const missing = load<f32>(labels + i) - load<f32>(scores + i);
    const weight = load<f32>(weights + i);
    const slope = missing > 0 ? alpha : alpha - 1;
    store<f32>(gradients + i, -weight * (missing == 0 ? 0 : slope));
    store<f32>(hessians + i, 0);
    sum += <f64>(weight * slope * missing);
  }
  return sum;
}

/** Huber's loss: half the square up to `delta`, linear beyond. */
export function deriveHuber(
  from: i32,
  to: i32,
  delta: f32,
  scores: usize,
  labels: usize,
  weights: usize,
  gradients: usize,
  hessians: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const error = load<f32>(scores + i) - load<f32>(labels + i);
    const weight = load<f32>(weights + i);
    const size = abs<f32>(error);
    const near = size <= delta;
    store<f32>(gradients + i, weight * (near ? error : copysign<f32>(delta, error)));
    store<f32>(hessians + i, near ? weight : 0);
    sum += <f64>weight * <f64>(near ? 0.5 * error * error : delta * (size - 0.5 * delta));
  }
  return sum;
}

/** Poisson's negative log likelihood without its constant: exp(s) - y s, the score being a log. */
export function derivePoisson(
  from: i32,
  to: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  gradients: usize,
  hessians: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 16) {
    const score = v128.load(scores + i);
    const label = v128.load(labels + i);
    const weight = v128.load(weights + i);
    const mean = exp4(score);
    v128.store(gradients + i, f32x4.mul(weight, f32x4.sub(mean, label)));
    v128.store(hessians + i, f32x4.mul(weight, mean));
    sum += sum4(f32x4.mul(weight, f32x4.sub(mean, f32x4.mul(label, score))));
  }
  return sum;
}

/** Tweedie's negative log likelihood of variance power 1 < `power` < 2, the score being a log. */
export function deriveTweedie(
  from: i32,
  to: i32,
  power: f32,
  scores: usize,
  labels: usize,
  weights: usize,
  gradients: usize,
  hessians: usize,
): f64 {
  const one = f32x4.splat(1 - power);
  const two = f32x4.splat(2 - power);
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 16) {
    const score = v128.load(scores + i);
    const weight = v128.load(weights + i);
    const a = f32x4.mul(v128.load(labels + i), exp4(f32x4.mul(one, score)));
    const b = exp4(f32x4.mul(two, score));
    v128.store(gradients + i, f32x4.mul(weight, f32x4.sub(b, a)));
    v128.store(hessians + i, f32x4.mul(weight, f32x4.sub(f32x4.mul(two, b), f32x4.mul(one, a))));
    sum += sum4(f32x4.mul(weight, f32x4.sub(f32x4.div(b, two), f32x4.div(a, one))));
  }
  return sum;
}
