import { countBelow, everySixteenth } from '../below';

/** A key that sorts like the float: NaN last, and -0 equal to 0. */
function orderedKey(bits: u32): u32 {
  if (bits == 0x80000000) return 0x80000000;
  if ((bits & 0x7fffffff) > 0x7f800000) return 0xffffffff;
  return bits ^ (bits >> 31 ? 0xffffffff : 0x80000000);
}

/** Sorts `n` f32 at `from` into `to` by radix, NaN last; `from` is overwritten, `counts` has room for 2048 u32. */
export function sortFloats(from: usize, to: usize, n: i32, counts: usize): void {
  const size = (<usize>n) << 2;
  for (let p = from; p < from + size; p += 4) store<u32>(p, orderedKey(load<u32>(p)));
  let source = from,
    target = to;
  for (let shift: u32 = 0; shift < 33; shift += 11) {
    memory.fill(counts, 0, 8192);
    for (let p = source; p < source + size; p += 4) {
      const count = counts + ((<usize>((load<u32>(p) >> shift) & 2047)) << 2);
      store<u32>(count, load<u32>(count) + 1);
    }
    let before: u32 = 0;
    for (let count = counts; count < counts + 8192; count += 4) {
      const c = load<u32>(count);
      store<u32>(count, before);
      before += c;
    }
    for (let p = source; p < source + size; p += 4) {
      const key = load<u32>(p);
      const count = counts + ((<usize>((key >> shift) & 2047)) << 2);
      const place = load<u32>(count);
      store<u32>(count, place + 1);
      store<u32>(target + ((<usize>place) << 2), key);
    }
    const other = source;
    source = target;
    target = other;
  }
  for (let p = to; p < to + size; p += 4) {
    const key = load<u32>(p);
    store<u32>(p, key ^ (key >> 31 ? 0x80000000 : 0xffffffff));
  }
}

/**
 * Bins `n` rows of `features` f32 values, `apart` floats from one row to the next: 0 for NaN, else 1 + the number of cuts below the
 * value (at most 254 cuts a feature, ascending, padded with infinity to 256). Writes them row by row at `byRow` (`stride` bytes a
 * row) and, unless it is 0, column by column at `byColumn` (`rows` bytes a column), both already at the first of these rows.
 */
export function binPanel(
  values: usize,
  n: i32,
  features: i32,
  apart: i32,
  cuts: usize,
  byRow: usize,
  stride: usize,
  byColumn: usize,
  rows: usize,
): void {
  const columns = byColumn != 0;
  for (let f = 0; f < features; f++, cuts += 1024, byColumn += rows) {
    // The last cut of each block of 16 tells which block a value falls into; both are found by comparing 16 cuts at once.
    const last0 = everySixteenth(cuts + 60);
    const last1 = everySixteenth(cuts + 316);
    const last2 = everySixteenth(cuts + 572);
    const last3 = everySixteenth(cuts + 828);
    let x = values + ((<usize>f) << 2);
    let rowBin = byRow + f;
    for (let r = 0; r < n; r++, x += (<usize>apart) << 2, rowBin += stride) {
      const v = v128.load32_splat(x);
      const blocks = countBelow(last0, last1, last2, last3, v);
      const p = cuts + ((<usize>blocks) << 6);
      const inBlock = countBelow(v128.load(p), v128.load(p, 16), v128.load(p, 32), v128.load(p, 48), v);
      const value = f32x4.extract_lane(v, 0);
      const bin = <u8>(value != value ? 0 : 1 + (blocks << 4) + inBlock);
      store<u8>(rowBin, bin);
      if (columns) store<u8>(byColumn + r, bin);
    }
  }
}
