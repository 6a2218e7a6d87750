import { squaredDistance } from './distance';

/**
 * Moves the `n` rows at `list` from the sums (k x stride f64) and weights (k f64) of their clusters before, at `before` (-1: none),
 * to those of their labels. Each weighted value is rounded to a multiple of a unit that `magic` (1.5 * 2^52 units) stands for; sums
 * below 2^53 units are then exact, so neither order nor threads can change them.
 */
export function moveRows(
  list: usize,
  n: i32,
  x: usize,
  stride: i32,
  before: usize,
  labels: usize,
  weights: usize,
  magic: f64,
  sums: usize,
  totals: usize,
): void {
  const size = (<usize>stride) << 2;
  const round = f64x2.splat(magic);
  for (const end = list + ((<usize>n) << 2); list < end; list += 4) {
    const i = <usize>load<u32>(list);
    const weight = load<f64>(weights + (i << 3));
    if (weight == 0) continue;
    const from = load<i32>(before + (i << 2));
    const to = <usize>load<u32>(labels + (i << 2));
    const row = x + i * size;
    addRow(row, size, weight, round, sums + to * (size << 1), totals + (to << 3));
    if (from >= 0) addRow(row, size, -weight, round, sums + <usize>from * (size << 1), totals + ((<usize>from) << 3));
  }
}

function addRow(row: usize, size: usize, weight: f64, round: v128, sum: usize, total: usize): void {
  store<f64>(total, load<f64>(total) + weight);
  const w = f64x2.splat(weight);
  for (const end = row + size; row < end; row += 16, sum += 32) {
    const values = v128.load(row);
    const low = f64x2.mul(w, f64x2.promote_low_f32x4(values));
    const high = f64x2.mul(w, f64x2.promote_low_f32x4(v128.shuffle<i32>(values, values, 2, 3, 2, 3)));
    v128.store(sum, f64x2.add(v128.load(sum), f64x2.sub(f64x2.add(low, round), round)));
    v128.store(sum, f64x2.add(v128.load(sum, 16), f64x2.sub(f64x2.add(high, round), round)), 16);
  }
}

/** Squared distances (f32) of rows [from, to) to their own centres; returns their weighted f64 sum. */
export function ownDistances(
  from: i32,
  to: i32,
  x: usize,
  stride: i32,
  labels: usize,
  centres: usize,
  weights: usize,
  distances: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = <usize>from; i < <usize>to; i++) {
    const own = <usize>load<u32>(labels + (i << 2));
    const distance = squaredDistance(x + i * ((<usize>stride) << 2), centres + own * ((<usize>stride) << 3), stride);
    store<f32>(distances + (i << 2), <f32>distance);
    sum += load<f64>(weights + (i << 3)) * distance;
  }
  return sum;
}
