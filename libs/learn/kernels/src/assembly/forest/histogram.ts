import { COUNTS, Growth, SQUARES } from './growth';
import { FEW_ROWS, rankRows } from './rank';

/** Adds the node's rows into the histogram of a feature, which is clear; returns how many bins are occupied, listed in order. */
export function accumulate(g: Growth, feature: i32): i32 {
  const few = g.count < FEW_ROWS;
  g.ranked = <i32>few;
  if (few) rankRows(g, feature, g.kind == COUNTS ? 8 : 16);
  const column = g.byColumn + <usize>feature * <usize>g.rows;
  if (g.minSamplesLeaf > 1) countRows(g, column, few);
  if (g.kind == COUNTS) return few ? addFewCounts(g) : addCounts(g, feature, column);
  if (g.kind == SQUARES) addSquares(g, column, few);
  else addWeights(g, column, few);
  return listOccupied(g, column, few);
}

/** A packed entry: row in the low half, the first bit of its class in 8 bits above, count above. A shift heeds its lowest 6 bits only. */
function addFewCounts(g: Growth): i32 {
  const histogram = g.histogram;
  let mask: u64 = 0;
  let code = g.ranks;
  const from = g.entries + ((<usize>g.start) << 3);
  const to = from + ((<usize>g.count) << 3);
  for (let p = from; p < to; p += 8, code++) {
    const e = load<u64>(p);
    const bin = <u64>load<u8>(code);
    const cell = histogram + ((<usize>bin) << 3);
    store<u64>(cell, load<u64>(cell) + ((e >> 40) << (e >> 32)));
    mask |= (<u64>1) << bin;
  }
  return listBits(g.occupied, 0, mask);
}

function addCounts(g: Growth, feature: i32, column: usize): i32 {
  const histogram = g.histogram;
  const from = g.entries + ((<usize>g.start) << 3);
  const to = from + ((<usize>g.count) << 3);
  for (let p = from; p < to; p += 8) {
    const e = load<u64>(p);
    const cell = histogram + ((<usize>load<u8>(column + <usize>(<u32>e))) << 3);
    store<u64>(cell, load<u64>(cell) + ((e >> 40) << (e >> 32)));
  }
  const bins = load<i32>(g.bins + ((<usize>feature) << 2));
  const occupied = g.occupied;
  let n = 0;
  for (let b = 0; b < bins; b++) {
    store<u8>(occupied + n, <u8>b);
    n += <i32>(load<u64>(histogram + ((<usize>b) << 3)) != 0);
  }
  return n;
}

/** A wide entry: row u32 at 0, class u32 at 4, weight f64 at 8. */
function addWeights(g: Growth, column: usize, few: bool): void {
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  const bytes = (<usize>g.classes) << 3;
  let code = g.ranks;
  for (let p = from; p < to; p += 16, code++) {
    const bin = <usize>load<u8>(few ? code : column + <usize>load<u32>(p));
    const cell = g.histogram + bin * bytes + ((<usize>load<u32>(p, 4)) << 3);
    store<f64>(cell, load<f64>(cell) + load<f64>(p, 8));
  }
}

/** A regression entry: row u32 at 0, weight f32 at 4, target f64 at 8. */
function addSquares(g: Growth, column: usize, few: bool): void {
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  const histogram = g.histogram;
  let code = g.ranks;
  for (let p = from; p < to; p += 16, code++) {
    const bin = <usize>load<u8>(few ? code : column + <usize>load<u32>(p));
    const cell = histogram + (bin << 4);
    const w = <f64>load<f32>(p, 4);
    v128.store(cell, f64x2.add(v128.load(cell), f64x2.replace_lane(f64x2.splat(w), 1, w * load<f64>(p, 8))));
  }
}

function countRows(g: Growth, column: usize, few: bool): void {
  const shift: usize = g.kind == COUNTS ? 3 : 4;
  const from = g.entries + ((<usize>g.start) << shift);
  const to = from + ((<usize>g.count) << shift);
  let code = g.ranks;
  memory.fill(g.counts, 0, 1024);
  for (let p = from; p < to; p += (<usize>1) << shift, code++) {
    const cell = g.counts + ((<usize>load<u8>(few ? code : column + <usize>load<u32>(p))) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
}

/** For entries of 16 bytes. */
function listOccupied(g: Growth, column: usize, few: bool): i32 {
  const flags = g.occupied + 256;
  for (let k: usize = 0; k < 32; k += 8) store<u64>(flags + k, 0);
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  let code = g.ranks;
  for (let p = from; p < to; p += 16, code++) {
    const bin = <u64>load<u8>(few ? code : column + <usize>load<u32>(p));
    const word = flags + ((<usize>(bin >> 6)) << 3);
    store<u64>(word, load<u64>(word) | ((<u64>1) << (bin & 63)));
  }
  let n = 0;
  for (let word = 0; word < 4; word++) {
    n += listBits(g.occupied + n, word << 6, load<u64>(flags + ((<usize>word) << 3)));
  }
  return n;
}

/** Writes first + the place of each bit (u8); returns how many there are. */
function listBits(out: usize, first: i32, bits: u64): i32 {
  let n: usize = 0;
  for (let mask = bits; mask != 0; mask &= mask - 1) {
    store<u8>(out + n, <u8>(first + <i32>ctz(mask)));
    n++;
  }
  return <i32>n;
}
