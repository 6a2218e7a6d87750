import { offerNeighbour } from './nearest';

/** Metrics. Euclidean distances are kept squared and Minkowski's as sums of powers while rows are compared. */
export const EUCLIDEAN = 0;
export const MANHATTAN = 1;
export const CHEBYSHEV = 2;
export const MINKOWSKI = 3;
export const COSINE = 4;

/** Features between two looks at whether a row is too far already. */
const STRIDE = 16;

function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
}

function euclidean(a: usize, b: usize, cols: i32, limit: f64): f64 {
  let sum: f64 = 0;
  let j = 0;
  while (j + STRIDE <= cols) {
    let s0 = f64x2.splat(0),
      s1 = f64x2.splat(0);
    for (let end = j + STRIDE; j < end; j += 4, a += 16, b += 16) {
      const x = v128.load(a),
        y = v128.load(b);
      const d0 = f64x2.sub(low(x), low(y));
      const d1 = f64x2.sub(high(x), high(y));
      s0 = f64x2.add(s0, f64x2.mul(d0, d0));
      s1 = f64x2.add(s1, f64x2.mul(d1, d1));
    }
    s0 = f64x2.add(s0, s1);
    sum += f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
    if (sum > limit) return sum;
  }
  for (; j < cols; j++, a += 4, b += 4) {
    const d = <f64>load<f32>(a) - <f64>load<f32>(b);
    sum += d * d;
  }
  return sum;
}

function manhattan(a: usize, b: usize, cols: i32, limit: f64): f64 {
  let sum: f64 = 0;
  let j = 0;
  while (j + STRIDE <= cols) {
    let s0 = f64x2.splat(0),
      s1 = f64x2.splat(0);
    for (let end = j + STRIDE; j < end; j += 4, a += 16, b += 16) {
      const x = v128.load(a),
        y = v128.load(b);
      s0 = f64x2.add(s0, f64x2.abs(f64x2.sub(low(x), low(y))));
      s1 = f64x2.add(s1, f64x2.abs(f64x2.sub(high(x), high(y))));
    }
    s0 = f64x2.add(s0, s1);
    sum += f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
    if (sum > limit) return sum;
  }
  for (; j < cols; j++, a += 4, b += 4) sum += abs<f64>(<f64>load<f32>(a) - <f64>load<f32>(b));
  return sum;
}

function chebyshev(a: usize, b: usize, cols: i32): f64 {
  let most: f64 = 0;
  for (let j = 0; j < cols; j++, a += 4, b += 4) most = max<f64>(most, abs<f64>(<f64>load<f32>(a) - <f64>load<f32>(b)));
  return most;
}

function minkowski(a: usize, b: usize, cols: i32, power: f64, limit: f64): f64 {
  let sum: f64 = 0;
  for (let j = 0; j < cols && sum <= limit; j++, a += 4, b += 4) {
    sum += Math.pow(abs<f64>(<f64>load<f32>(a) - <f64>load<f32>(b)), power);
  }
  return sum;
}

/** 1 - cosine of the angle; 1 when either is 0. */
function cosine(a: usize, b: usize, cols: i32): f64 {
  let dot: f64 = 0,
    aa: f64 = 0,
    bb: f64 = 0;
  for (let j = 0; j < cols; j++, a += 4, b += 4) {
    const x = <f64>load<f32>(a),
      y = <f64>load<f32>(b);
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa == 0 || bb == 0 ? 1 : max<f64>(0, 1 - dot / Math.sqrt(aa * bb));
}

/** The distance of two rows as rows are compared by; above `limit` it may be any value above `limit`. */
export function distanceOf(metric: i32, power: f64, a: usize, b: usize, cols: i32, limit: f64): f64 {
  if (metric == EUCLIDEAN) return euclidean(a, b, cols, limit);
  if (metric == MANHATTAN) return manhattan(a, b, cols, limit);
  if (metric == CHEBYSHEV) return chebyshev(a, b, cols);
  if (metric == MINKOWSKI) return minkowski(a, b, cols, power, limit);
  return cosine(a, b, cols);
}

/**
 * Offers rows [from, to) of `list` (i32; 0 takes the rows themselves) of the row-major `x` to the nearest of a query.
 * Returns their new number.
 */
export function scanNeighbours(
  query: usize,
  x: usize,
  cols: i32,
  list: usize,
  from: i32,
  to: i32,
  metric: i32,
  power: f64,
  distances: usize,
  rows: usize,
  size: i32,
  k: i32,
): i32 {
  const bytes = (<usize>cols) << 2;
  for (let i = from; i < to; i++) {
    const row = list == 0 ? i : load<i32>(list + ((<usize>i) << 2));
    const limit = size == k ? load<f64>(distances) : Infinity;
    const distance = distanceOf(metric, power, query, x + <usize>row * bytes, cols, limit);
    if (distance <= limit) size = offerNeighbour(distances, rows, size, k, distance, row);
  }
  return size;
}
