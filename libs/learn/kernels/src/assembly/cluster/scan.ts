import { squaredDistance } from './distance';

function sumFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 2, 6), v128.shuffle<i32>(a, b, 1, 5, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 2, 6), v128.shuffle<i32>(c, d, 1, 5, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** Scores |c|^2 - 2 x.c of two quantised rows against all centres: what differs between a row's squared distances. */
function scoreTwo(
  a: usize,
  b: usize,
  stride: i32,
  k: i32,
  packed: usize,
  scales: usize,
  squares: usize,
  scaleA: f32,
  scaleB: f32,
  scoresA: usize,
  scoresB: usize,
): void {
  const size = (<usize>stride) << 1;
  const twiceA = f32x4.splat(2 * scaleA);
  const twiceB = f32x4.splat(2 * scaleB);
  for (let j: usize = 0, end = (<usize>k) << 2; j < end; j += 16) {
    let a0 = i32x4.splat(0);
    let a1 = i32x4.splat(0);
    let a2 = i32x4.splat(0);
    let a3 = i32x4.splat(0);
    let b0 = i32x4.splat(0);
    let b1 = i32x4.splat(0);
    let b2 = i32x4.splat(0);
    let b3 = i32x4.splat(0);
    for (let p: usize = 0; p < size; p += 16, packed += 64) {
      const left = v128.load(a + p);
      const right = v128.load(b + p);
      let centre = v128.load(packed);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(left, centre));
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(right, centre));
      centre = v128.load(packed, 16);
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(left, centre));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(right, centre));
      centre = v128.load(packed, 32);
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(left, centre));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(right, centre));
      centre = v128.load(packed, 48);
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(left, centre));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(right, centre));
    }
    const scale = v128.load(scales + j);
    const square = v128.load(squares + j);
    const dotsA = f32x4.convert_i32x4_s(sumFour(a0, a1, a2, a3));
    const dotsB = f32x4.convert_i32x4_s(sumFour(b0, b1, b2, b3));
    v128.store(scoresA + j, f32x4.sub(square, f32x4.mul(f32x4.mul(scale, twiceA), dotsA)));
    v128.store(scoresB + j, f32x4.sub(square, f32x4.mul(f32x4.mul(scale, twiceB), dotsB)));
  }
}

/**
 * The nearest centre of the `n` rows at `list`, and new bounds as `moveBounds` keeps them. 16-bit distances with a known error
 * rule out most centres; where more than one is left, f64 distances decide, and the lower number wins a tie. So the answer is
 * that of f64 arithmetic. `k` is a multiple of `groups`; centres beyond the real ones have a square of f32.MAX_VALUE. `worst` is the
 * largest error of a centre, `longest` the largest length; `scores` has room for 2 k floats. Rows whose label changes replace those
 * at `list`, with their former labels in `before`; returns how many.
 */
export function scanRows(
  list: usize,
  n: i32,
  x: usize,
  q: usize,
  stride: i32,
  rowScales: usize,
  norms: usize,
  errors: usize,
  k: i32,
  centres: usize,
  packed: usize,
  scales: usize,
  squares: usize,
  worst: f32,
  longest: f32,
  groups: i32,
  scores: usize,
  labels: usize,
  before: usize,
  upper: usize,
  lower: usize,
): i32 {
  const size = (<usize>stride) << 1;
  let changed = list;
  const other = scores + ((<usize>k) << 2);
  for (let i = 0; i < n; i += 2) {
    const a = <usize>load<u32>(list + ((<usize>i) << 2));
    const b = i + 1 < n ? <usize>load<u32>(list + ((<usize>i) << 2), 4) : a;
    const scaleA = load<f32>(rowScales + (a << 2));
    const scaleB = load<f32>(rowScales + (b << 2));
    scoreTwo(q + a * size, q + b * size, stride, k, packed, scales, squares, scaleA, scaleB, scores, other);
    for (let half = 0; half < 2; half++) {
      const row = half ? b : a;
      if (half && b == a) break;
      const norm = load<f32>(norms + (row << 2));
      const reach = norm + longest;
      const slack = <f32>2e-6 * reach * reach;
      const error = <f32>2 * (load<f32>(errors + (row << 2)) * (longest + worst) + norm * worst) + slack;
      const was = load<i32>(labels + (row << 2));
      settle(
        row,
        half ? other : scores,
        k,
        norm * norm,
        error,
        x + row * (size << 1),
        stride,
        centres,
        groups,
        labels,
        upper,
        lower,
      );
      if (load<i32>(labels + (row << 2)) == was) continue;
      store<i32>(before + (row << 2), was);
      store<u32>(changed, <u32>row);
      changed += 4;
    }
  }
  return <i32>((changed - list) >> 2);
}

function settle(
  row: usize,
  scores: usize,
  k: i32,
  square: f32,
  error: f32,
  x: usize,
  stride: i32,
  centres: usize,
  groups: i32,
  labels: usize,
  upper: usize,
  lower: usize,
): void {
  const end = scores + ((<usize>k) << 2);
  let least = f32x4.splat(f32.MAX_VALUE);
  for (let p = scores; p < end; p += 16) least = f32x4.pmin(least, v128.load(p));
  least = f32x4.pmin(least, v128.shuffle<i32>(least, least, 2, 3, 0, 1));
  least = f32x4.pmin(least, v128.shuffle<i32>(least, least, 1, 0, 3, 2));
  const within = f32x4.add(least, f32x4.splat(2 * error));
  let own: usize = 0;
  let seen = 0;
  let nearest = Infinity;
  for (let p = scores; p < end; p += 16) {
    let mask = i32x4.bitmask(f32x4.le(v128.load(p), within));
    for (; mask; mask &= mask - 1) {
      const j = ((p - scores) >> 2) + <usize>ctz(mask);
      if (++seen == 1) {
        own = j;
        continue;
      }
      if (seen == 2) nearest = squaredDistance(x, centres + own * ((<usize>stride) << 3), stride);
      const distance = squaredDistance(x, centres + j * ((<usize>stride) << 3), stride);
      if (distance < nearest) {
        nearest = distance;
        own = j;
      }
    }
  }
  const ownScore = load<f32>(scores + (own << 2));
  const most = seen > 1 ? <f32>nearest : square + ownScore + error;
  store<u32>(labels + (row << 2), <u32>own);
  store<f32>(upper + (row << 2), sqrt<f32>(max<f32>(most, 0)) * <f32>1.000001);
  store<f32>(scores + (own << 2), f32.MAX_VALUE);
  const base = f32x4.splat(square - error);
  const zero = f32x4.splat(0);
  const down = f32x4.splat(0.999999);
  const bounds = lower + row * ((<usize>groups) << 2);
  const step = (<usize>groups) << 2;
  for (let g: usize = 0; g < step; g += 16) {
    let near = v128.load(scores + g);
    for (let p = scores + g + step; p < end; p += step) near = f32x4.pmin(near, v128.load(p));
    v128.store(bounds + g, f32x4.mul(f32x4.sqrt(f32x4.pmax(zero, f32x4.add(near, base))), down));
  }
}
