import { countBelow, everySixteenth } from '../below';

/**
 * Divides the bins of a feature into at most 1 << partBits parts with about as many values each; a part does not divide equal values.
 * `sorted` are `n` ascending f32, `cuts` the feature's `found` cuts between bins. Writes the smallest and largest value of each
 * code at `lows` and `highs`: NaN for missing values, and parts that are not needed hold the bin's largest value.
 */
export function divideBins(
  sorted: usize,
  n: i32,
  cuts: usize,
  found: i32,
  partBits: i32,
  lows: usize,
  highs: usize,
): void {
  store<f32>(lows, NaN);
  store<f32>(highs, NaN);
  let p = sorted;
  const end = sorted + ((<usize>n) << 2);
  for (let bin = 1; bin <= found + 1; bin++) {
    const from = p;
    const cut = bin <= found ? load<f32>(cuts + ((<usize>(bin - 1)) << 2)) : Infinity;
    let distinct = 0;
    for (let before: f32 = NaN; p < end && load<f32>(p) <= cut; p += 4) {
      const value = load<f32>(p);
      if (value != before) distinct++;
      before = value;
    }
    const place = (<usize>bin) << (<usize>partBits + 2);
    divide(from, p, distinct, 1 << partBits, lows + place, highs + place);
  }
}

function divide(from: usize, to: usize, distinct: i32, parts: i32, lows: usize, highs: usize): void {
  if (from == to) {
    for (let part: usize = 0; part < <usize>parts; part++) {
      store<f32>(lows + (part << 2), 0);
      store<f32>(highs + (part << 2), 0);
    }
    return;
  }
  const size: usize = distinct <= parts ? 1 : (to - from) / <usize>parts;
  let part: usize = 0,
    start = from;
  store<f32>(lows, load<f32>(from));
  for (let p = from + 4; p < to; p += 4) {
    if (load<f32>(p) == load<f32>(p - 4) || p - start < size || part + 1 == <usize>parts) continue;
    store<f32>(highs + (part << 2), load<f32>(p - 4));
    part++;
    start = p;
    store<f32>(lows + (part << 2), load<f32>(p));
  }
  const last = load<f32>(to - 4);
  store<f32>(highs + (part << 2), last);
  for (part++; part < <usize>parts; part++) {
    store<f32>(lows + (part << 2), last);
    store<f32>(highs + (part << 2), last);
  }
}

/** Writes the middle of each of `n` pairs of lows and highs (f32). */
export function middleValues(lows: usize, highs: usize, n: i32, middles: usize): void {
  const half = f32x4.splat(0.5);
  for (let k: usize = 0; k < (<usize>n) << 2; k += 16) {
    const sum = f32x4.add(f32x4.mul(v128.load(lows + k), half), f32x4.mul(v128.load(highs + k), half));
    v128.store(middles + k, sum);
  }
}

/**
 * Codes `n` rows of `features` f32 values (see codes.ts). Writes the codes row by row at `byRow` and the bins column by column at
 * `byColumn` (`rows` bytes a column), both already at the first of these rows. A value above all of its bin that divideBins has seen
 * is of the last part.
 */
export function codeRows(
  values: usize,
  n: i32,
  features: i32,
  cuts: usize,
  highs: usize,
  partBits: i32,
  byRow: usize,
  byColumn: usize,
  rows: usize,
): void {
  for (let f = 0; f < features; f++, cuts += 1024, byColumn += rows, highs += (<usize>1024) << partBits) {
    // The last cut of each block of 16 tells which block a value falls into; both are found by comparing 16 cuts at once.
    const last0 = everySixteenth(cuts + 60);
    const last1 = everySixteenth(cuts + 316);
    const last2 = everySixteenth(cuts + 572);
    const last3 = everySixteenth(cuts + 828);
    let x = values + ((<usize>f) << 2);
    let code = byRow + ((<usize>f) << 1);
    for (let r = 0; r < n; r++, x += (<usize>features) << 2, code += (<usize>features) << 1) {
      const v = v128.load32_splat(x);
      const blocks = countBelow(last0, last1, last2, last3, v);
      const p = cuts + ((<usize>blocks) << 6);
      const inBlock = countBelow(v128.load(p), v128.load(p, 16), v128.load(p, 32), v128.load(p, 48), v);
      const value = f32x4.extract_lane(v, 0);
      const bin = value != value ? 0 : 1 + (blocks << 4) + inBlock;
      store<u8>(byColumn + r, <u8>bin);
      const part = bin == 0 ? 0 : partOf(highs + ((<usize>bin) << (2 + partBits)), v, partBits);
      store<u16>(code, <u16>((bin << partBits) + part));
    }
  }
}

/** How many of the parts' largest values, but the last one's, are below the value. */
function partOf(highs: usize, v: v128, partBits: i32): i32 {
  if (partBits == 4) {
    const last = f32x4.replace_lane(v128.load(highs, 48), 3, Infinity);
    return countBelow(v128.load(highs), v128.load(highs, 16), v128.load(highs, 32), last, v);
  }
  return partBits == 2 ? popcnt<i32>(i32x4.bitmask(f32x4.lt(v128.load(highs), v)) & 7) : 0;
}
