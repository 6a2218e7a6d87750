// Gradients as integers, whose sums do not depend on the order of additions. A row's weight in the search is its draw; the
// gradients, which hold the sample weight, are multiplied by draw / weight.

function factorOf(weights: usize, draws: usize, at: usize): f32 {
  const weight = load<f32>(weights + at);
  return weight > 0 ? load<f32>(draws + at) / weight : 0;
}

/**
 * At `out`, f64 each: the sum of draws, the sum over rows and outputs of squared gradients (each over its weight, undrawn),
 * and the largest output's sum of |gradient| as drawn, of rows [from, to). `gradients` has `outputs` planes of `rows` f32.
 */
export function spreadGradients(
  from: i32,
  to: i32,
  rows: i32,
  outputs: i32,
  gradients: usize,
  weights: usize,
  draws: usize,
  out: usize,
): void {
  let total: f64 = 0;
  let squares: f64 = 0;
  let largest: f64 = 0;
  for (let r = from; r < to; r++) total += <f64>load<f32>(draws + ((<usize>r) << 2));
  for (let c = 0; c < outputs; c++, gradients += (<usize>rows) << 2) {
    let sum: f64 = 0;
    for (let r = from; r < to; r++) {
      const at = (<usize>r) << 2;
      const g = load<f32>(gradients + at);
      const w = load<f32>(weights + at);
      squares += w > 0 ? <f64>((g * g) / w) : 0;
      sum += <f64>abs<f32>(g * factorOf(weights, draws, at));
    }
    largest = max<f64>(largest, sum);
  }
  store<f64>(out, total);
  store<f64>(out, squares, 8);
  store<f64>(out, largest, 16);
}

/** Rows [from, to) as pairs of u32 weight and i32 gradient. */
export function quantiseToPairs(
  from: i32,
  to: i32,
  gradients: usize,
  weights: usize,
  draws: usize,
  scaleG: f32,
  scaleW: f32,
  out: usize,
): void {
  for (let r = from; r < to; r++) {
    const at = (<usize>r) << 2;
    const g = <i32>nearest<f32>(load<f32>(gradients + at) * factorOf(weights, draws, at) * scaleG);
    store<i32>(out + (at << 1), <i32>nearest<f32>(load<f32>(draws + at) * scaleW));
    store<i32>(out + (at << 1), g, 4);
  }
}

/** Rows [from, to) as quads, in `planes` planes of `rows` quads: all gradients in turn, the weight in the very last place. */
export function quantiseToQuads(
  from: i32,
  to: i32,
  rows: i32,
  outputs: i32,
  planes: i32,
  gradients: usize,
  weights: usize,
  draws: usize,
  scaleG: f32,
  scaleW: f32,
  out: usize,
): void {
  for (let v = 0; v < planes; v++, out += (<usize>rows) << 4) {
    for (let r = from; r < to; r++) {
      const at = (<usize>r) << 2;
      const factor = factorOf(weights, draws, at) * scaleG;
      for (let lane = 0; lane < 4; lane++) {
        const c = v * 4 + lane;
        let value: f32 = 0;
        if (c < outputs) value = load<f32>(gradients + ((<usize>c * <usize>rows) << 2) + at) * factor;
        else if (c == planes * 4 - 1) value = load<f32>(draws + at) * scaleW;
        store<i32>(out + (at << 2) + ((<usize>lane) << 2), <i32>nearest<f32>(value));
      }
    }
  }
}
