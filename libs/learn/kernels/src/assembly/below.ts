/** The floats at `at` and 16, 32 and 48 places on. */
export function everySixteenth(at: usize): v128 {
  return f32x4(load<f32>(at), load<f32>(at, 64), load<f32>(at, 128), load<f32>(at, 192));
}

/** How many of 16 floats are below the value in every lane of `v`. */
export function countBelow(a: v128, b: v128, c: v128, d: v128, v: v128): i32 {
  const ab = i16x8.narrow_i32x4_s(f32x4.lt(a, v), f32x4.lt(b, v));
  const cd = i16x8.narrow_i32x4_s(f32x4.lt(c, v), f32x4.lt(d, v));
  return popcnt<i32>(i8x16.bitmask(i8x16.narrow_i16x8_s(ab, cd)));
}
