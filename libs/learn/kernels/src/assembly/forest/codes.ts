import { COUNTS, Growth } from './growth';

// The code of a value: its bin and, in the low bits, one of up to 16 parts of the bin; 0 when it is missing. Nodes of many rows are
// cut between bins, those of few rows between codes: with 4,080 of them hardly two rows of a small node share one.

/** Above every code: missing values that go right. */
export const LAST: i32 = 0x7fff;

/** The row in a 4-byte entry; above it is how often it was drawn. */
export const ROW_MASK: u32 = 0xffffff;
export const DRAWN_SHIFT: u32 = 24;

/** Bytes of an entry, as a shift. */
export function entryShift(g: Growth): usize {
  return g.kind == COUNTS ? 2 : 4;
}

export function firstEntry(g: Growth): usize {
  return g.entries + ((<usize>g.start) << entryShift(g));
}

/** Writes the codes of the node's rows in a feature at `codes` (u16), padded with LAST to a multiple of 8. */
export function gatherCodes(g: Growth, feature: i32): void {
  const rowBytes = g.rowBytes;
  const column = g.codesAt + <usize>feature * g.featureBytes;
  const from = firstEntry(g);
  let to = g.codes;
  if (g.kind == COUNTS) {
    const end = from + ((<usize>g.count) << 2);
    for (let p = from; p < end; p += 4, to += 2) {
      store<u16>(to, load<u16>(column + <usize>(load<u32>(p) & ROW_MASK) * rowBytes));
    }
  } else {
    const end = from + ((<usize>g.count) << 4);
    for (let p = from; p < end; p += 16, to += 2) store<u16>(to, load<u16>(column + <usize>load<u32>(p) * rowBytes));
  }
  v128.store(to, i16x8.splat(<i16>LAST));
}

/** Writes the bins of the node's rows in a feature at `codes`, as codes without their part. */
export function gatherBins(g: Growth, feature: i32): void {
  const column = g.byColumn + <usize>feature * <usize>g.rows;
  const bits = <u32>g.partBits;
  const from = firstEntry(g);
  let to = g.codes;
  if (g.kind == COUNTS) {
    const end = from + ((<usize>g.count) << 2);
    for (let p = from; p < end; p += 4, to += 2) {
      store<u16>(to, <u16>((<u32>load<u8>(column + <usize>(load<u32>(p) & ROW_MASK))) << bits));
    }
  } else {
    const end = from + ((<usize>g.count) << 4);
    for (let p = from; p < end; p += 16, to += 2) {
      store<u16>(to, <u16>((<u32>load<u8>(column + <usize>load<u32>(p))) << bits));
    }
  }
  v128.store(to, i16x8.splat(<i16>LAST));
}

export function hasMissing(g: Growth): bool {
  const end = g.codes + ((<usize>g.count) << 1);
  let any = i16x8.splat(0);
  for (let p = g.codes; p < end; p += 16) any = v128.or(any, i16x8.eq(v128.load(p), i16x8.splat(0)));
  return v128.any_true(any);
}

/** Replaces one gathered code by another. */
export function replaceCode(g: Growth, old: i32, by: i32): void {
  const from = i16x8.splat(<i16>old),
    to = i16x8.splat(<i16>by);
  const end = g.codes + ((<usize>g.count) << 1);
  for (let p = g.codes; p < end; p += 16) {
    const codes = v128.load(p);
    v128.store(p, v128.bitselect(to, codes, i16x8.eq(codes, from)));
  }
}

/** The largest gathered code up to `limit`; 0 when there is none. */
export function largestUpTo(g: Growth, limit: i32): i32 {
  const all = i16x8.splat(<i16>limit);
  const end = g.codes + ((<usize>g.count) << 1);
  let most = i16x8.splat(0);
  for (let p = g.codes; p < end; p += 16) {
    const codes = v128.load(p);
    most = i16x8.max_s(most, v128.and(codes, i16x8.le_s(codes, all)));
  }
  most = i16x8.max_s(most, v128.shuffle<i64>(most, most, 1, 0));
  most = i16x8.max_s(most, v128.shuffle<i32>(most, most, 1, 0, 1, 0));
  return max<i32>(i16x8.extract_lane_s(most, 0), i16x8.extract_lane_s(most, 1));
}

/** The smallest gathered code above `limit`; LAST when there is none. */
export function smallestAbove(g: Growth, limit: i32): i32 {
  const all = i16x8.splat(<i16>limit);
  const last = i16x8.splat(<i16>LAST);
  const end = g.codes + ((<usize>g.count) << 1);
  let least = last;
  for (let p = g.codes; p < end; p += 16) {
    const codes = v128.load(p);
    least = i16x8.min_s(least, v128.bitselect(codes, last, i16x8.gt_s(codes, all)));
  }
  least = i16x8.min_s(least, v128.shuffle<i64>(least, least, 1, 0));
  least = i16x8.min_s(least, v128.shuffle<i32>(least, least, 1, 0, 1, 0));
  return min<i32>(i16x8.extract_lane_s(least, 0), i16x8.extract_lane_s(least, 1));
}

/** Smallest value of a code. */
export function lowOf(g: Growth, feature: i32, code: i32): f32 {
  return load<f32>(g.lows + ((((<usize>feature) << (8 + <usize>g.partBits)) + <usize>code) << 2));
}

/** Largest value of a code. */
export function highOf(g: Growth, feature: i32, code: i32): f32 {
  return load<f32>(g.highs + ((((<usize>feature) << (8 + <usize>g.partBits)) + <usize>code) << 2));
}

/** The last code of a bin. */
export function lastOfBin(g: Growth, bin: i32): i32 {
  return ((bin + 1) << g.partBits) - 1;
}
