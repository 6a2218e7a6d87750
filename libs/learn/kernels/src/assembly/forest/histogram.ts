import { isInBlock } from './block';
import { Growth, SQUARES } from './growth';
import { FEW_ROWS, rankRows, ranksOf } from './rank';

// Histograms of entries with weights: 16 bytes each.

/** Adds the node's rows into the histogram of a feature, which is clear; returns how many bins are occupied, listed in order. */
export function accumulate(g: Growth, feature: i32): i32 {
  const few = g.count < FEW_ROWS;
  g.ranked = <i32>few;
  // Bins in the order of the entries, or 0 to look each row up in the column.
  let bins: usize = 0;
  if (few) {
    rankRows(g, feature);
    bins = ranksOf(g);
  } else if (isInBlock(g)) {
    gatherBytes(g, feature);
    bins = g.codes;
  }
  const column = g.byColumn + <usize>feature * <usize>g.rows;
  if (g.minSamplesLeaf > 1) countRows(g, column, bins);
  if (g.kind == SQUARES) addSquares(g, column, bins);
  else addWeights(g, column, bins);
  return listOccupied(g, column, bins);
}

/** Writes the bins of the node's rows, which are in the block, at `codes` (u8). */
function gatherBytes(g: Growth, feature: i32): void {
  const column = g.codesAt + <usize>feature * g.featureBytes;
  const bits = <u32>g.partBits;
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  let bin = g.codes;
  for (let p = from; p < to; p += 16, bin++) {
    store<u8>(bin, <u8>(<u32>load<u16>(column + ((<usize>load<u32>(p)) << 1)) >> bits));
  }
}

/** An entry for classification: row u32 at 0, class u32 at 4, weight f64 at 8. */
function addWeights(g: Growth, column: usize, bins: usize): void {
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  const bytes = (<usize>g.classes) << 3;
  let place = bins;
  for (let p = from; p < to; p += 16, place++) {
    const bin = <usize>load<u8>(bins != 0 ? place : column + <usize>load<u32>(p));
    const cell = g.histogram + bin * bytes + ((<usize>load<u32>(p, 4)) << 3);
    store<f64>(cell, load<f64>(cell) + load<f64>(p, 8));
  }
}

/** An entry for regression: row u32 at 0, weight f32 at 4, target f64 at 8. */
function addSquares(g: Growth, column: usize, bins: usize): void {
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  const histogram = g.histogram;
  let place = bins;
  for (let p = from; p < to; p += 16, place++) {
    const bin = <usize>load<u8>(bins != 0 ? place : column + <usize>load<u32>(p));
    const cell = histogram + (bin << 4);
    const w = <f64>load<f32>(p, 4);
    v128.store(cell, f64x2.add(v128.load(cell), f64x2.replace_lane(f64x2.splat(w), 1, w * load<f64>(p, 8))));
  }
}

function countRows(g: Growth, column: usize, bins: usize): void {
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  let place = bins;
  memory.fill(g.counts, 0, 1024);
  for (let p = from; p < to; p += 16, place++) {
    const cell = g.counts + ((<usize>load<u8>(bins != 0 ? place : column + <usize>load<u32>(p))) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
}

function listOccupied(g: Growth, column: usize, bins: usize): i32 {
  const flags = g.occupied + 256;
  for (let k: usize = 0; k < 32; k += 8) store<u64>(flags + k, 0);
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  let place = bins;
  for (let p = from; p < to; p += 16, place++) {
    const bin = <u64>load<u8>(bins != 0 ? place : column + <usize>load<u32>(p));
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
