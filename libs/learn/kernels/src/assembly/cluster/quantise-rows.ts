import { sumOfLanes } from './distance';

/** Length of a quantised row: short enough that no dot product of two leaves 32 bits and no entry leaves 16. */
const LENGTH: f64 = 32000;

/**
 * Rows [from, to) of `stride` f32 each become 16-bit integers, each row with a scale of its own: x = scale * q + error.
 * Stores the scale, the length of x and a bound of the length of the error, all f32.
 */
export function quantiseRows(
  from: i32,
  to: i32,
  x: usize,
  stride: i32,
  q: usize,
  scales: usize,
  norms: usize,
  errors: usize,
): void {
  const size = (<usize>stride) << 2;
  for (let i = <usize>from; i < <usize>to; i++) {
    const row = x + i * size;
    let squares = f64x2.splat(0);
    for (let p = row; p < row + size; p += 8) {
      const values = f64x2.promote_low_f32x4(v128.load64_zero(p));
      squares = f64x2.add(squares, f64x2.mul(values, values));
    }
    const norm = sqrt<f64>(f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
    const scale = <f32>(norm / LENGTH);
    const inverse = f32x4.splat(norm > 0 ? <f32>(LENGTH / norm) : 0);
    const back = f32x4.splat(scale);
    let lost = f32x4.splat(0);
    let out = q + i * (size >> 1);
    for (let p = row; p < row + size; p += 32, out += 16) {
      const low = v128.load(p);
      const high = v128.load(p, 16);
      const a = f32x4.nearest(f32x4.mul(low, inverse));
      const b = f32x4.nearest(f32x4.mul(high, inverse));
      v128.store(out, i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(a), i32x4.trunc_sat_f32x4_s(b)));
      const lostLow = f32x4.sub(low, f32x4.mul(a, back));
      const lostHigh = f32x4.sub(high, f32x4.mul(b, back));
      lost = f32x4.add(lost, f32x4.add(f32x4.mul(lostLow, lostLow), f32x4.mul(lostHigh, lostHigh)));
    }
    store<f32>(scales + (i << 2), scale);
    store<f32>(norms + (i << 2), <f32>norm);
    store<f32>(errors + (i << 2), <f32>1.00001 * sqrt<f32>(sumOfLanes(lost)) + <f32>(norm * 1e-6));
  }
}

/** Lays 4 quantised centres side by side, 8 entries of each at a time, as `scanRows` reads them. `k` is a multiple of 4. */
export function packCentres(q: usize, stride: i32, k: i32, packed: usize): void {
  const size = (<usize>stride) << 1;
  for (let j: usize = 0; j < <usize>k; j += 4) {
    for (let p = q + j * size, end = p + size; p < end; p += 16, packed += 64) {
      v128.store(packed, v128.load(p));
      v128.store(packed, v128.load(p + size), 16);
      v128.store(packed, v128.load(p + 2 * size), 32);
      v128.store(packed, v128.load(p + 3 * size), 48);
    }
  }
}
