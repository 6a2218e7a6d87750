import { exp4, log4 } from '../transcendental';

// Losses and gradients of class labels, four rows at a time. A vector may reach past the last row: such lanes are read but
// count for nothing, and no pair is written for them. See gradient.ts for the arrays.

/** Binary log loss: one score a row against a fixed 0. Fills norms; returns the weighted sum of losses. */
export function lossLogistic(from: i32, to: i32, scores: usize, labels: usize, weights: usize, norms: usize): f64 {
  const one = f32x4.splat(1);
  let sum = f64x2.splat(0);
  for (let row = from; row < to; row += 4) {
    const i = (<usize>row) << 2;
    const s = v128.load(scores + i);
    const norm = f32x4.add(f32x4.pmax(f32x4.splat(0), s), log4(f32x4.add(one, exp4(f32x4.neg(f32x4.abs(s))))));
    v128.store(norms + i, norm);
    const loss = f32x4.sub(norm, f32x4.mul(v128.load(labels + i), s));
    sum = addWeighted(sum, loss, v128.load(weights + i), lanesBelow(to - row));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Multiclass log loss over `k` planes of `rows` scores. Fills norms; returns the weighted sum of losses. */
export function lossSoftmax(
  from: i32,
  to: i32,
  rows: i32,
  k: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  norms: usize,
): f64 {
  const plane = (<usize>rows) << 2;
  let sum = f64x2.splat(0);
  for (let row = from; row < to; row += 4) {
    const i = (<usize>row) << 2;
    let largest = v128.load(scores + i);
    for (let c = 1, p = scores + i + plane; c < k; c++, p += plane) largest = f32x4.pmax(largest, v128.load(p));
    let total = f32x4.splat(0);
    for (let c = 0, p = scores + i; c < k; c++, p += plane) {
      total = f32x4.add(total, exp4(f32x4.sub(v128.load(p), largest)));
    }
    const norm = f32x4.add(largest, log4(total));
    v128.store(norms + i, norm);
    const lanes = lanesBelow(to - row);
    const label = i32x4.trunc_sat_f32x4_s(v128.and(v128.load(labels + i), lanes));
    const own = scoresOf(scores + i, plane, label);
    sum = addWeighted(sum, f32x4.sub(norm, own), v128.load(weights + i), lanes);
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Gradient p - 1[label = own] and hessian factor * p * (1 - p), both times the weight, as f32 pairs. */
export function gradientLog(
  from: i32,
  to: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  norms: usize,
  own: f32,
  factor: f32,
  pairs: usize,
): void {
  const one = f32x4.splat(1);
  const ownLabel = f32x4.splat(own);
  const vFactor = f32x4.splat(factor);
  const least = f32x4.splat(1e-16);
  for (let row = from; row < to; row += 4) {
    const i = (<usize>row) << 2;
    const p = exp4(f32x4.sub(v128.load(scores + i), v128.load(norms + i)));
    const w = v128.load(weights + i);
    const target = v128.and(f32x4.eq(v128.load(labels + i), ownLabel), one);
    const g = f32x4.mul(w, f32x4.sub(p, target));
    const h = f32x4.mul(w, f32x4.pmax(least, f32x4.mul(f32x4.mul(vFactor, p), f32x4.sub(one, p))));
    const out = pairs + (i << 1);
    const low = v128.shuffle<f32>(g, h, 0, 4, 1, 5);
    const high = v128.shuffle<f32>(g, h, 2, 6, 3, 7);
    const left = to - row;
    if (left > 1) v128.store(out, low);
    else v128.store64_lane(out, low, 0);
    if (left > 3) v128.store(out, high, 16);
    else if (left == 3) v128.store64_lane(out, high, 0, 16);
  }
}

/** All ones in the first `n` lanes. */
function lanesBelow(n: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n));
}

/** Each lane's score in the plane of its label. */
function scoresOf(scores: usize, plane: usize, label: v128): v128 {
  return f32x4(
    load<f32>(scores + plane * <usize>i32x4.extract_lane(label, 0)),
    load<f32>(scores + plane * <usize>i32x4.extract_lane(label, 1), 4),
    load<f32>(scores + plane * <usize>i32x4.extract_lane(label, 2), 8),
    load<f32>(scores + plane * <usize>i32x4.extract_lane(label, 3), 12),
  );
}

/** sum + loss * weight in f64, over the lanes that are rows. */
function addWeighted(sum: v128, loss: v128, weight: v128, lanes: v128): v128 {
  const l = v128.and(loss, lanes);
  const w = v128.and(weight, lanes);
  const low = f64x2.mul(f64x2.promote_low_f32x4(l), f64x2.promote_low_f32x4(w));
  const high = f64x2.mul(
    f64x2.promote_low_f32x4(v128.shuffle<i64>(l, l, 1, 1)),
    f64x2.promote_low_f32x4(v128.shuffle<i64>(w, w, 1, 1)),
  );
  return f64x2.add(sum, f64x2.add(low, high));
}
