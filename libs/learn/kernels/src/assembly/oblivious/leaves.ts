/** Sets bit `level` of the u16 leaf of rows [from, to): 1 where the bin is above `bin`, or for one category equal to it. */
export function markLeaves(from: i32, to: i32, column: usize, bin: i32, oneHot: i32, level: i32, leaf: usize): void {
  const bit = i16x8.shl(i16x8.splat(1), level);
  const limit = i8x16.splat(<i8>bin);
  const old = i16x8.splat(level == 0 ? 0 : -1);
  let r = from;
  for (; r + 16 <= to; r += 16) {
    const bins = v128.load(column + <usize>r);
    const yes = oneHot == 1 ? i8x16.eq(bins, limit) : i8x16.gt_u(bins, limit);
    const at = leaf + ((<usize>r) << 1);
    const low = v128.and(i16x8.extend_low_i8x16_s(yes), bit);
    const high = v128.and(i16x8.extend_high_i8x16_s(yes), bit);
    v128.store(at, v128.or(v128.and(v128.load(at), old), low));
    v128.store(at, v128.or(v128.and(v128.load(at, 16), old), high), 16);
  }
  for (; r < to; r++) {
    const value = <i32>load<u8>(column + <usize>r);
    const yes = <u32>(oneHot == 1 ? value == bin : value > bin);
    const at = leaf + ((<usize>r) << 1);
    store<u16>(at, <u16>((level == 0 ? 0 : <u32>load<u16>(at)) | (yes << level)));
  }
}

/** Adds the f32 pair (a, b) of each row of [from, to) to its leaf's two f64 sums. */
export function sumPairsByLeaf(from: i32, to: i32, a: usize, b: usize, leaf: usize, sums: usize): void {
  for (let r = from; r < to; r++) {
    const at = (<usize>r) << 2;
    const out = sums + ((<usize>load<u16>(leaf + (at >> 1))) << 4);
    const pair = f64x2.replace_lane(f64x2.splat(<f64>load<f32>(a + at)), 1, <f64>load<f32>(b + at));
    v128.store(out, f64x2.add(v128.load(out), pair));
  }
}

/** target[r] = source[r] + the f32 value of the row's leaf, for rows [from, to). */
export function addLeafValues(from: i32, to: i32, leaf: usize, values: usize, source: usize, target: usize): void {
  for (let r = from; r < to; r++) {
    const at = (<usize>r) << 2;
    const value = load<f32>(values + ((<usize>load<u16>(leaf + (at >> 1))) << 2));
    store<f32>(target + at, load<f32>(source + at) + value);
  }
}
