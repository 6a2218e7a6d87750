/** Squared distance of f32 row `x` and f64 centre `c`, both padded with zeros to `stride` numbers (a multiple of 8). */
export function squaredDistance(x: usize, c: usize, stride: i32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  const end = x + ((<usize>stride) << 2);
  for (; x < end; x += 16, c += 32) {
    const values = v128.load(x);
    const low = f64x2.sub(f64x2.promote_low_f32x4(values), v128.load(c));
    const high = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i32>(values, values, 2, 3, 2, 3)), v128.load(c, 16));
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  const sum = f64x2.add(even, odd);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

export function sumOfLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}
