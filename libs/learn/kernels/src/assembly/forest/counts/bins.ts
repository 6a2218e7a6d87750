import { isInBlock } from '../block';
import { DRAWN_SHIFT, firstEntry, lastOfBin, ROW_MASK } from '../codes';
import { Growth, MISSING_UNSEEN, recordBest } from '../growth';
import { rowsOf, weightOf } from './node';

// A histogram of 256 counts (i32) for each class and, with `minSamplesLeaf` above 1, one of the rows after them. With two classes the
// one after that stays empty.
const HISTOGRAM_BYTES: usize = 1024;

// While the bins are scanned 48 bytes a class lie at `left`: the counts before this block (i32x4), up to each of its bins
// (f32x4), and the class's share of the node (f32x4). The counts of missing values lie at `best`.
const UP_TO: usize = 16;
const SHARE: usize = 32;
const SCRATCH_BYTES: usize = 48;

/** Judges the cuts between the bins of a feature. */
export function scoreBins(g: Growth, feature: i32): void {
  const last = load<i32>(g.bins + ((<usize>feature) << 2)) - 1;
  const histograms = g.classes + <i32>(g.minSamplesLeaf > 1);
  addRows(g, feature);
  if (takeMissing(g, histograms)) {
    scanBins(g, feature, last, 0);
    for (let h = 0; h < histograms; h++) {
      store<i32>(g.histogram + <usize>h * HISTOGRAM_BYTES, load<i32>(g.best + ((<usize>h) << 2)));
    }
    scanBins(g, feature, last, 1);
  } else scanBins(g, feature, last, MISSING_UNSEEN);
  for (let h = 0; h < histograms; h++) {
    const histogram = g.histogram + <usize>h * HISTOGRAM_BYTES;
    for (let b: usize = 0; b <= (<usize>last) << 2; b += 16) v128.store(histogram + b, i32x4.splat(0));
  }
}

function addRows(g: Growth, feature: i32): void {
  const inBlock = isInBlock(g);
  const codes = g.codesAt + <usize>feature * g.featureBytes;
  const column = g.byColumn + <usize>feature * <usize>g.rows;
  const bits = <u32>g.partBits;
  let p = firstEntry(g);
  for (let k = 0; k < g.classes; k++) {
    const histogram = g.histogram + <usize>k * HISTOGRAM_BYTES;
    const end = p + ((<usize>rowsOf(g.node, k)) << 2);
    if (inBlock) {
      for (; p < end; p += 4) {
        const e = load<u32>(p);
        const bin = <u32>load<u16>(codes + ((<usize>(e & ROW_MASK)) << 1)) >> bits;
        const cell = histogram + ((<usize>bin) << 2);
        store<u32>(cell, load<u32>(cell) + (e >> DRAWN_SHIFT));
      }
    } else {
      for (; p < end; p += 4) {
        const e = load<u32>(p);
        const cell = histogram + ((<usize>load<u8>(column + <usize>(e & ROW_MASK))) << 2);
        store<u32>(cell, load<u32>(cell) + (e >> DRAWN_SHIFT));
      }
    }
  }
  if (g.minSamplesLeaf > 1) countRows(g, inBlock ? codes : column, inBlock);
}

function countRows(g: Growth, at: usize, inBlock: bool): void {
  const histogram = g.histogram + <usize>g.classes * HISTOGRAM_BYTES;
  const from = firstEntry(g);
  const end = from + ((<usize>g.count) << 2);
  for (let p = from; p < end; p += 4) {
    const row = <usize>(load<u32>(p) & ROW_MASK);
    const bin = inBlock ? <u32>load<u16>(at + (row << 1)) >> g.partBits : <u32>load<u8>(at + row);
    const cell = histogram + ((<usize>bin) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
}

/** Moves the counts of missing values to `best`; false when there are none. */
function takeMissing(g: Growth, histograms: i32): bool {
  let any = 0;
  for (let h = 0; h < histograms; h++) {
    const cell = g.histogram + <usize>h * HISTOGRAM_BYTES;
    const missing = load<i32>(cell);
    any |= missing;
    store<i32>(g.best + ((<usize>h) << 2), missing);
    store<i32>(cell, 0);
  }
  return any != 0;
}

/**
 * Looks at the cuts after bins 0 to `last`, four at once, in f32. With l of class k's t left of the cut, n of N in all, Gini falls by the
 * sum of (l - n t / N)^2, over n (N - n): small differences do not drown in large counts. What seems the best is scored exactly.
 */
function scanBins(g: Growth, feature: i32, last: i32, missingLeft: i32): void {
  if (g.classes <= 3 && g.minSamplesLeaf == 1) return scanThree(g, feature, last, missingLeft);
  const classes = g.classes;
  const scratch = g.left;
  const scratchEnd = scratch + <usize>classes * SCRATCH_BYTES;
  for (let k = 0; k < classes; k++) {
    const at = scratch + <usize>k * SCRATCH_BYTES;
    v128.store(at, i32x4.splat(0));
    v128.store(at, f32x4.splat(<f32>(<f64>weightOf(g.node, k) / g.weight)), SHARE);
  }
  const all = f32x4.splat(<f32>g.weight);
  const counting = g.minSamplesLeaf > 1;
  let rowsBefore = i32x4.splat(0);
  let best = f32x4.splat(gainOf(g));
  for (let b = 0; b <= last; b += 4) {
    let left = f32x4.splat(0);
    let cell = g.histogram + ((<usize>b) << 2);
    for (let at = scratch; at < scratchEnd; at += SCRATCH_BYTES, cell += HISTOGRAM_BYTES) {
      const upTo = prefix(v128.load(cell), v128.load(at));
      v128.store(at, v128.shuffle<i32>(upTo, upTo, 3, 3, 3, 3));
      const counts = f32x4.convert_i32x4_s(upTo);
      v128.store(at, counts, UP_TO);
      left = f32x4.add(left, counts);
    }
    let squares = f32x4.splat(0);
    for (let at = scratch; at < scratchEnd; at += SCRATCH_BYTES) {
      const difference = f32x4.sub(v128.load(at, UP_TO), f32x4.mul(left, v128.load(at, SHARE)));
      squares = f32x4.add(squares, f32x4.mul(difference, difference));
    }
    let gain = f32x4.div(squares, f32x4.mul(left, f32x4.sub(all, left)));
    if (counting) {
      const rows = prefix(v128.load(cell), rowsBefore);
      rowsBefore = v128.shuffle<i32>(rows, rows, 3, 3, 3, 3);
      gain = v128.bitselect(gain, f32x4.splat(-1), enoughRows(g, rows));
    }
    if (v128.any_true(f32x4.gt(gain, best))) {
      keepBest(g, feature, missingLeft, b, gain);
      best = f32x4.splat(gainOf(g));
    }
  }
}

/** The same for up to three classes, whose differences add up to 0. */
function scanThree(g: Growth, feature: i32, last: i32, missingLeft: i32): void {
  const share0 = f32x4.splat(<f32>(<f64>weightOf(g.node, 0) / g.weight));
  const share1 = f32x4.splat(<f32>(<f64>weightOf(g.node, 1) / g.weight));
  const all = f32x4.splat(<f32>g.weight);
  const third = g.classes == 2 ? 3 * HISTOGRAM_BYTES : 2 * HISTOGRAM_BYTES;
  let before0 = i32x4.splat(0),
    before1 = i32x4.splat(0),
    before2 = i32x4.splat(0);
  let best = f32x4.splat(gainOf(g));
  for (let b = 0; b <= last; b += 4) {
    const cell = g.histogram + ((<usize>b) << 2);
    const upTo0 = prefix(v128.load(cell), before0);
    const upTo1 = prefix(v128.load(cell, HISTOGRAM_BYTES), before1);
    const upTo2 = prefix(v128.load(cell + third), before2);
    before0 = v128.shuffle<i32>(upTo0, upTo0, 3, 3, 3, 3);
    before1 = v128.shuffle<i32>(upTo1, upTo1, 3, 3, 3, 3);
    before2 = v128.shuffle<i32>(upTo2, upTo2, 3, 3, 3, 3);
    const left = f32x4.convert_i32x4_s(i32x4.add(i32x4.add(upTo0, upTo1), upTo2));
    const l0 = f32x4.convert_i32x4_s(upTo0);
    const l1 = f32x4.convert_i32x4_s(upTo1);
    const d0 = f32x4.sub(l0, f32x4.mul(left, share0));
    const d1 = f32x4.sub(l1, f32x4.mul(left, share1));
    const d2 = f32x4.add(d0, d1);
    const squares = f32x4.add(f32x4.add(f32x4.mul(d0, d0), f32x4.mul(d1, d1)), f32x4.mul(d2, d2));
    const gain = f32x4.div(squares, f32x4.mul(left, f32x4.sub(all, left)));
    if (!v128.any_true(f32x4.gt(gain, best))) continue;
    v128.store(g.left, l0, UP_TO);
    v128.store(g.left, l1, UP_TO + SCRATCH_BYTES);
    if (g.classes == 3) v128.store(g.left, f32x4.convert_i32x4_s(upTo2), UP_TO + 2 * SCRATCH_BYTES);
    keepBest(g, feature, missingLeft, b, gain);
    best = f32x4.splat(gainOf(g));
  }
}

/** Sums of the counts up to each, on top of those before. Shuffles that take neighbours, zeros among them, are one instruction. */
function prefix(counts: v128, before: v128): v128 {
  const zero = i32x4.splat(0);
  const pairs = i32x4.add(counts, v128.shuffle<i32>(zero, counts, 3, 4, 5, 6));
  return i32x4.add(before, i32x4.add(pairs, v128.shuffle<i32>(zero, pairs, 2, 3, 4, 5)));
}

function enoughRows(g: Growth, rows: v128): v128 {
  const fewest = i32x4.splat(g.minSamplesLeaf);
  return v128.and(i32x4.ge_s(rows, fewest), i32x4.ge_s(i32x4.sub(i32x4.splat(g.count), rows), fewest));
}

/** What the best split so far gains, by the measure of scanBins, or a little less; below 0 when there is none. */
function gainOf(g: Growth): f32 {
  return g.bestFeature < 0 ? -0.5 : <f32>(((g.bestScore - g.parentScore) / g.weight) * 0.999999);
}

function keepBest(g: Growth, feature: i32, missingLeft: i32, first: i32, gains: v128): void {
  keepLane(g, feature, missingLeft, first, 0, f32x4.extract_lane(gains, 0));
  keepLane(g, feature, missingLeft, first, 1, f32x4.extract_lane(gains, 1));
  keepLane(g, feature, missingLeft, first, 2, f32x4.extract_lane(gains, 2));
  keepLane(g, feature, missingLeft, first, 3, f32x4.extract_lane(gains, 3));
}

function keepLane(g: Growth, feature: i32, missingLeft: i32, first: i32, lane: i32, gain: f32): void {
  if (!(gain > gainOf(g))) return;
  let weight: f64 = 0,
    leftSquares: f64 = 0,
    rightSquares: f64 = 0;
  for (let k = 0; k < g.classes; k++) {
    const l = <f64>load<f32>(g.left + <usize>k * SCRATCH_BYTES + ((<usize>lane) << 2), UP_TO);
    const r = <f64>weightOf(g.node, k) - l;
    weight += l;
    leftSquares += l * l;
    rightSquares += r * r;
  }
  const score = leftSquares / weight + rightSquares / (g.weight - weight);
  if (!(score > g.bestScore)) return;
  recordBest(g, score, feature, lastOfBin(g, first + lane), missingLeft);
}
