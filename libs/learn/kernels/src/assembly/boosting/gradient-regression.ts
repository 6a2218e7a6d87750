// Losses and gradient pairs of numeric targets for the rows [from, to): f32 labels, weights and scores, one a row. Each loss
// function returns the weighted sum of losses in f64; each gradient function writes gradient and hessian, both times the weight.

/** Absolute and quantile loss: `above` for each unit that the score lies over the label, `below` for each under it. */
export function lossQuantile(
  from: i32,
  to: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  above: f64,
  below: f64,
): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const d = <f64>load<f32>(scores + i) - <f64>load<f32>(labels + i);
    sum += <f64>load<f32>(weights + i) * (d >= 0 ? above * d : -below * d);
  }
  return sum;
}

/** Gradient `above` over the label, -`below` under it and `level` on it; the hessian is taken as 1. */
export function gradientQuantile(
  from: i32,
  to: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  above: f32,
  below: f32,
  level: f32,
  pairs: usize,
): void {
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const w = load<f32>(weights + i);
    const d = load<f32>(scores + i) - load<f32>(labels + i);
    store<f32>(pairs + (i << 1), w * (d > 0 ? above : d < 0 ? -below : level));
    store<f32>(pairs + (i << 1), w, 4);
  }
}

/** Huber loss: d^2 / 2 up to |d| = delta, a line beyond. */
export function lossHuber(from: i32, to: i32, scores: usize, labels: usize, weights: usize, delta: f64): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const d = abs<f64>(<f64>load<f32>(scores + i) - <f64>load<f32>(labels + i));
    sum += <f64>load<f32>(weights + i) * (d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta));
  }
  return sum;
}

/** The error clipped at +-delta; the hessian is taken as 1, as in LightGBM. */
export function gradientHuber(
  from: i32,
  to: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  delta: f32,
  pairs: usize,
): void {
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const w = load<f32>(weights + i);
    const d = load<f32>(scores + i) - load<f32>(labels + i);
    store<f32>(pairs + (i << 1), w * max<f32>(-delta, min<f32>(delta, d)));
    store<f32>(pairs + (i << 1), w, 4);
  }
}

/** Pseudo-Huber loss: delta^2 (sqrt(1 + (d / delta)^2) - 1), as XGBoost's reg:pseudohubererror. */
export function lossPseudoHuber(from: i32, to: i32, scores: usize, labels: usize, weights: usize, delta: f64): f64 {
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const z = (<f64>load<f32>(scores + i) - <f64>load<f32>(labels + i)) / delta;
    sum += <f64>load<f32>(weights + i) * delta * delta * (sqrt<f64>(1 + z * z) - 1);
  }
  return sum;
}

/** Gradient d / sqrt(1 + z^2) and hessian (1 + z^2)^(-3/2) with z = d / delta. */
export function gradientPseudoHuber(
  from: i32,
  to: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  delta: f32,
  pairs: usize,
): void {
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 4) {
    const w = load<f32>(weights + i);
    const d = load<f32>(scores + i) - load<f32>(labels + i);
    const z = d / delta;
    const square: f32 = 1 + z * z;
    const root = sqrt<f32>(square);
    store<f32>(pairs + (i << 1), (w * d) / root);
    store<f32>(pairs + (i << 1), w / (square * root), 4);
  }
}
