// Prediction of a block of at most 256 rows. Bins lie feature by feature, 256 bytes each; a split is a u32: feature in the
// lower 16 bits, then the bin, then 1 when the bin is one category against the rest.

/**
 * Bins one feature of `n` rows, whose f32 lie `step` bytes apart: 1 + the number of cuts below the value; a missing value is 0,
 * or above all cuts when `missingHigh` is 1. There are at most 254 cuts, padded with infinity to 256.
 */
export function binBlock(values: usize, step: usize, n: i32, cuts: usize, missingHigh: i32, out: usize): void {
  for (let r = 0; r < n; r++, values += step) {
    let v = load<f32>(values);
    if (v != v && missingHigh == 1) v = Infinity;
    let p = cuts;
    p += (<usize>(load<f32>(p, 127 << 2) < v)) << 9;
    p += (<usize>(load<f32>(p, 63 << 2) < v)) << 8;
    p += (<usize>(load<f32>(p, 31 << 2) < v)) << 7;
    p += (<usize>(load<f32>(p, 15 << 2) < v)) << 6;
    p += (<usize>(load<f32>(p, 7 << 2) < v)) << 5;
    p += (<usize>(load<f32>(p, 3 << 2) < v)) << 4;
    p += (<usize>(load<f32>(p, 1 << 2) < v)) << 3;
    p += (<usize>(load<f32>(p) < v)) << 2;
    store<u8>(out + <usize>r, <u8>(v != v ? 0 : 1 + ((p - cuts) >> 2)));
  }
}

/**
 * Adds to `n` rows' f64 scores, row-major with `outputs` a row, the values of `trees` trees. Tree t has depths[t] splits, one
 * after the other at `splits`, and outputs * 2^depth f32 values at `values`. `leaves` has room for 512 bytes.
 */
export function scoreBlock(
  n: i32,
  bins: usize,
  trees: i32,
  depths: usize,
  splits: usize,
  values: usize,
  outputs: i32,
  leaves: usize,
  scores: usize,
): void {
  for (let t = 0; t < trees; t++) {
    const depth = load<i32>(depths + ((<usize>t) << 2));
    for (let r = 0; r < n; r += 16) findLeaves(bins + <usize>r, depth, splits, leaves + ((<usize>r) << 1));
    if (outputs == 1) {
      for (let r: usize = 0; r < <usize>n; r++) {
        const value = load<f32>(values + ((<usize>load<u16>(leaves + (r << 1))) << 2));
        store<f64>(scores + (r << 3), load<f64>(scores + (r << 3)) + <f64>value);
      }
    } else {
      let out = scores;
      for (let r: usize = 0; r < <usize>n; r++) {
        let value = values + <usize>load<u16>(leaves + (r << 1)) * ((<usize>outputs) << 2);
        for (let c = 0; c < outputs; c++, out += 8, value += 4) store<f64>(out, load<f64>(out) + <f64>load<f32>(value));
      }
    }
    splits += (<usize>depth) << 2;
    values += ((<usize>outputs) << 2) << depth;
  }
}

/** The leaves of 16 rows, as u16. */
function findLeaves(bins: usize, depth: i32, splits: usize, leaves: usize): void {
  let low = i8x16.splat(0);
  let high = i8x16.splat(0);
  for (let level = 0; level < depth; level++, splits += 4) {
    const split = load<u32>(splits);
    const row = v128.load(bins + ((<usize>(split & 0xffff)) << 8));
    const limit = i8x16.splat(<i8>((split >> 16) & 0xff));
    const yes = split >> 24 == 1 ? i8x16.eq(row, limit) : i8x16.gt_u(row, limit);
    const bit = v128.and(yes, i8x16.shl(i8x16.splat(1), level & 7));
    if (level < 8) low = v128.or(low, bit);
    else high = v128.or(high, bit);
  }
  v128.store(leaves, v128.shuffle<i8>(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  v128.store(leaves, v128.shuffle<i8>(low, high, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
}
