import { exp4, log4, sum4 } from '../transcendental';

/**
 * Multiclass log loss over `k` planes of `rows` scores (a multiple of 4), four rows of [from, to) at a time. Writes planes of
 * probabilities and of weighted gradients p - 1[label = class]; returns the weighted sum of losses.
 */
export function deriveSoftmax(
  from: i32,
  to: i32,
  rows: i32,
  k: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  probabilities: usize,
  gradients: usize,
): f64 {
  const plane = (<usize>rows) << 2;
  let sum: f64 = 0;
  for (let i = (<usize>from) << 2, end = (<usize>to) << 2; i < end; i += 16) {
    const label = v128.load(labels + i);
    const weight = v128.load(weights + i);
    let top = v128.load(scores + i);
    for (let c = 1, p = scores + i + plane; c < k; c++, p += plane) top = f32x4.max(top, v128.load(p));
    let total = f32x4.splat(0);
    let own = f32x4.splat(0);
    for (let c = 0, at = i; c < k; c++, at += plane) {
      const below = f32x4.sub(v128.load(scores + at), top);
      own = v128.bitselect(below, own, f32x4.eq(label, f32x4.splat(<f32>c)));
      const e = exp4(below);
      v128.store(probabilities + at, e);
      total = f32x4.add(total, e);
    }
    sum += sum4(f32x4.mul(weight, f32x4.sub(log4(total), own)));
    const inverse = f32x4.div(f32x4.splat(1), total);
    for (let c = 0, at = i; c < k; c++, at += plane) {
      const p = f32x4.mul(v128.load(probabilities + at), inverse);
      v128.store(probabilities + at, p);
      const target = v128.and(f32x4.eq(label, f32x4.splat(<f32>c)), f32x4.splat(1));
      v128.store(gradients + at, f32x4.mul(weight, f32x4.sub(p, target)));
    }
  }
  return sum;
}

/**
 * Adds to each leaf's f64 sums, for rows [from, to): the k gradients, and the upper triangle of the weighted Hessian
 * diag(p) - p p', row by row.
 */
export function sumSoftmaxByLeaf(
  from: i32,
  to: i32,
  rows: i32,
  k: i32,
  weights: usize,
  probabilities: usize,
  gradients: usize,
  leaf: usize,
  sums: usize,
): void {
  const plane = (<usize>rows) << 2;
  const words = <usize>(k + (k * (k + 1)) / 2);
  for (let r = from; r < to; r++) {
    const at = (<usize>r) << 2;
    let out = sums + <usize>load<u16>(leaf + (at >> 1)) * (words << 3);
    for (let c = 0, p = gradients + at; c < k; c++, p += plane, out += 8) {
      store<f64>(out, load<f64>(out) + <f64>load<f32>(p));
    }
    const weight = <f64>load<f32>(weights + at);
    for (let a = 0, p = probabilities + at; a < k; a++, p += plane) {
      const scaled = weight * <f64>load<f32>(p);
      store<f64>(out, load<f64>(out) + scaled * (1 - <f64>load<f32>(p)));
      out += 8;
      for (let b = a + 1, q = p + plane; b < k; b++, q += plane, out += 8) {
        store<f64>(out, load<f64>(out) - scaled * <f64>load<f32>(q));
      }
    }
  }
}
