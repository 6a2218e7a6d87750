import { sumOfLanes } from './distance';

/**
 * For k-means++: the squared distances of rows [from, to) to 4 candidate rows, but at most `closest`, go to 4 planes of `rows`
 * f32 at `distances`; their weighted sums to 4 f64 at `potentials`.
 */
export function seedDistances(
  from: i32,
  to: i32,
  rows: i32,
  x: usize,
  stride: i32,
  first: i32,
  second: i32,
  third: i32,
  fourth: i32,
  weights: usize,
  closest: usize,
  distances: usize,
  potentials: usize,
): void {
  const size = (<usize>stride) << 2;
  const plane = (<usize>rows) << 2;
  const a = x + <usize>first * size;
  const b = x + <usize>second * size;
  const c = x + <usize>third * size;
  const d = x + <usize>fourth * size;
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = <usize>from; i < <usize>to; i++) {
    const row = x + i * size;
    let sumA = f32x4.splat(0);
    let sumB = f32x4.splat(0);
    let sumC = f32x4.splat(0);
    let sumD = f32x4.splat(0);
    for (let p: usize = 0; p < size; p += 16) {
      const values = v128.load(row + p);
      let gap = f32x4.sub(values, v128.load(a + p));
      sumA = f32x4.add(sumA, f32x4.mul(gap, gap));
      gap = f32x4.sub(values, v128.load(b + p));
      sumB = f32x4.add(sumB, f32x4.mul(gap, gap));
      gap = f32x4.sub(values, v128.load(c + p));
      sumC = f32x4.add(sumC, f32x4.mul(gap, gap));
      gap = f32x4.sub(values, v128.load(d + p));
      sumD = f32x4.add(sumD, f32x4.mul(gap, gap));
    }
    const most = load<f32>(closest + (i << 2));
    const nearA = min<f32>(most, sumOfLanes(sumA));
    const nearB = min<f32>(most, sumOfLanes(sumB));
    const nearC = min<f32>(most, sumOfLanes(sumC));
    const nearD = min<f32>(most, sumOfLanes(sumD));
    const at = distances + (i << 2);
    store<f32>(at, nearA);
    store<f32>(at + plane, nearB);
    store<f32>(at + 2 * plane, nearC);
    store<f32>(at + 3 * plane, nearD);
    const weight = f64x2.splat(load<f64>(weights + (i << 3)));
    low = f64x2.add(low, f64x2.mul(weight, f64x2.replace_lane(f64x2.splat(<f64>nearA), 1, <f64>nearB)));
    high = f64x2.add(high, f64x2.mul(weight, f64x2.replace_lane(f64x2.splat(<f64>nearC), 1, <f64>nearD)));
  }
  v128.store(potentials, low);
  v128.store(potentials, high, 16);
}
