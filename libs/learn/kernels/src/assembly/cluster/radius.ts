import { sumOfLanes } from './distance';

/** How far f32 distances may be off, as a share: rows nearer to the radius than this are measured in f64. */
const DOUBT: f32 = 1e-4;
/** Bytes of a row between looks whether it is too far already. */
const LOOK: usize = 128;

/**
 * Lists, as u32, which of rows [from, to) lie within `radius` of the row at `query`, the radius included; returns how many.
 * Distances are those of f64 arithmetic: euclidean, squared like `radius`, or (`manhattan` 1) sums of absolute differences. Rows
 * have `stride` f32, a multiple of 4.
 */
export function rowsWithin(
  query: usize,
  x: usize,
  from: i32,
  to: i32,
  stride: i32,
  manhattan: i32,
  radius: f64,
  out: usize,
): i32 {
  const size = (<usize>stride) << 2;
  const surely = <f32>radius * (1 - DOUBT);
  const never = <f32>radius * (1 + DOUBT);
  const first = out;
  for (let i = <usize>from; i < <usize>to; i++) {
    const row = x + i * size;
    let sum = f32x4.splat(0);
    let distance: f32 = 0;
    for (let p: usize = 0; p < size; ) {
      const end = min<usize>(size, p + LOOK);
      for (; p < end; p += 16) {
        const gap = f32x4.sub(v128.load(row + p), v128.load(query + p));
        sum = f32x4.add(sum, manhattan ? f32x4.abs(gap) : f32x4.mul(gap, gap));
      }
      distance = sumOfLanes(sum);
      if (distance > never) break;
    }
    if (distance > never) continue;
    if (distance > surely && exactDistance(query, row, size, manhattan) > radius) continue;
    store<u32>(out, <u32>i);
    out += 4;
  }
  return <i32>((out - first) >> 2);
}

function exactDistance(a: usize, b: usize, size: usize, manhattan: i32): f64 {
  let sum: f64 = 0;
  for (let p: usize = 0; p < size; p += 4) {
    const gap = <f64>load<f32>(a + p) - <f64>load<f32>(b + p);
    sum += manhattan ? abs<f64>(gap) : gap * gap;
  }
  return sum;
}
