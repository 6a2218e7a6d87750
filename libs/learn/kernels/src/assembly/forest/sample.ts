import { DRAWN_SHIFT } from './codes';
import { COUNTS, Growth, SQUARES } from './growth';

/** Draws `draws` of `rows` rows with replacement; counts[row] (u32) is how often. With 0 draws every row is taken once. */
export function sampleRows(seed: u32, rows: i32, draws: i32, counts: usize): void {
  if (draws == 0) {
    for (let i = 0; i < rows; i++) store<u32>(counts + ((<usize>i) << 2), 1);
    return;
  }
  memory.fill(counts, 0, (<usize>rows) << 2);
  let s = seed;
  for (let i = 0; i < draws; i++) {
    s ^= s << 13;
    s ^= s >> 17;
    s ^= s << 5;
    const cell = counts + ((<usize>((<u64>s * <u64>rows) >> 32)) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
}

/** Lists the sampled rows as entries; how often each was drawn lies at `spare`. Returns how many rows there are. */
export function listEntries(g: Growth): i32 {
  if (g.kind == COUNTS) return listByClass(g);
  let p = g.entries;
  for (let i = 0; i < g.rows; i++) {
    const count = load<u32>(g.spare + ((<usize>i) << 2));
    if (count == 0) continue;
    const target = load<f64>(g.targets + ((<usize>i) << 3));
    const weight = <f64>count * load<f64>(g.weights + ((<usize>i) << 3));
    store<u32>(p, i);
    if (g.kind == SQUARES) {
      store<f32>(p, <f32>weight, 4);
      store<f64>(p, target, 8);
    } else {
      store<u32>(p, <u32>target, 4);
      store<f64>(p, weight, 8);
    }
    p += 16;
  }
  const n = <i32>((p - g.entries) >> 4);
  if (g.balanced != 0) balance(g, n);
  return n;
}

/** Entries of 4 bytes, sorted by class: the row, and above it how often it was drawn. Writes the root's statistics at `left`. */
function listByClass(g: Growth): i32 {
  for (let k = 0; k < g.classes; k++) store<u64>(g.left + ((<usize>k) << 3), 0);
  for (let i = 0; i < g.rows; i++) {
    const count = load<u32>(g.spare + ((<usize>i) << 2));
    const at = g.left + ((<usize>load<f64>(g.targets + ((<usize>i) << 3))) << 3);
    store<u32>(at, load<u32>(at) + <u32>(count != 0));
    store<u32>(at, load<u32>(at, 4) + count, 4);
  }
  let n = 0;
  for (let k = 0; k < g.classes; k++) {
    store<u32>(g.best + ((<usize>k) << 2), n);
    n += load<i32>(g.left + ((<usize>k) << 3));
  }
  for (let i = 0; i < g.rows; i++) {
    const count = load<u32>(g.spare + ((<usize>i) << 2));
    if (count == 0) continue;
    const next = g.best + ((<usize>load<f64>(g.targets + ((<usize>i) << 3))) << 2);
    const place = load<u32>(next);
    store<u32>(next, place + 1);
    store<u32>(g.entries + ((<usize>place) << 2), i | (min<u32>(count, 255) << DRAWN_SHIFT));
  }
  return n;
}

/** Weighs each class inversely to how often it was drawn: total / (classes drawn * draws of the class). */
function balance(g: Growth, n: i32): void {
  const sums = g.left;
  for (let k = 0; k < g.classes; k++) store<f64>(sums + ((<usize>k) << 3), 0);
  let total: f64 = 0;
  const end = g.entries + ((<usize>n) << 4);
  for (let p = g.entries; p < end; p += 16) {
    const count = <f64>load<u32>(g.spare + ((<usize>load<u32>(p)) << 2));
    const at = sums + ((<usize>load<u32>(p, 4)) << 3);
    store<f64>(at, load<f64>(at) + count);
    total += count;
  }
  let drawn: f64 = 0;
  for (let k = 0; k < g.classes; k++) drawn += load<f64>(sums + ((<usize>k) << 3)) > 0 ? 1 : 0;
  for (let p = g.entries; p < end; p += 16) {
    const sum = load<f64>(sums + ((<usize>load<u32>(p, 4)) << 3));
    store<f64>(p, (load<f64>(p, 8) * total) / (drawn * sum), 8);
  }
}
