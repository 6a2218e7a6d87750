// How much each row of [from, to) counts in the search for splits, as f32 at `draws`: the sample weight times a random factor.
// The random numbers depend on row and seed alone, not on the thread.
import { mix, uniform } from './mix';

/** The Bayesian bootstrap (Rubin, 1981): exponential factors to the power of `temperature`. */
export function drawBayesian(from: i32, to: i32, weights: usize, temperature: f32, seed: u32, draws: usize): void {
  for (let r = from; r < to; r++) {
    const factor = -Mathf.log(uniform(mix(<u32>r ^ seed)));
    const at = (<usize>r) << 2;
    const power = temperature == 1 ? factor : Mathf.pow(factor, temperature);
    store<f32>(draws + at, load<f32>(weights + at) * power);
  }
}

/** Keeps each row with probability `share`. */
export function drawBernoulli(from: i32, to: i32, weights: usize, share: f32, seed: u32, draws: usize): void {
  for (let r = from; r < to; r++) {
    const at = (<usize>r) << 2;
    store<f32>(draws + at, uniform(mix(<u32>r ^ seed)) < share ? load<f32>(weights + at) : 0);
  }
}

/**
 * Minimal variance sampling (Ibragimov and Gusev, 2019): keeps a row with probability p = min(1, sqrt(g^2 + lambda) / mu)
 * and lets it count 1 / p times. `gradients` has `outputs` planes of `rows` f32.
 */
export function drawMinimalVariance(
  from: i32,
  to: i32,
  weights: usize,
  gradients: usize,
  rows: i32,
  outputs: i32,
  lambda: f32,
  mu: f32,
  seed: u32,
  draws: usize,
): void {
  for (let r = from; r < to; r++) {
    const at = (<usize>r) << 2;
    let square = lambda;
    for (let c = 0, p = gradients + at; c < outputs; c++, p += (<usize>rows) << 2)
      square += load<f32>(p) * load<f32>(p);
    const probability = min<f32>(1, sqrt<f32>(square) / mu);
    const kept = uniform(mix(<u32>r ^ seed)) < probability;
    store<f32>(draws + at, kept ? load<f32>(weights + at) / probability : 0);
  }
}
