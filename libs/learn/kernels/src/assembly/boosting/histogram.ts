// Histograms of gradient pairs. A histogram holds 256 cells a feature; bin 0 is "missing".
//
// packed accumulator: i32, gradient sum in the upper and hessian sum in the lower 16 bits
// shared accumulator: four packed accumulators side by side, one an output
// packed histogram:   i64, gradient sum (signed) in the upper and hessian sum in the lower 32 bits
// exact histogram:    f64 gradient sum, f64 hessian sum

/**
 * Adds `cells` (a multiple of 4) packed accumulators to a packed histogram and clears them, before they can overflow. `first`
 * overwrites what the histogram held.
 */
export function flushPacked(accumulator: usize, histogram: usize, cells: i32, first: bool): void {
  const end = accumulator + ((<usize>cells) << 2);
  const lower = i64x2.splat(0xffff);
  const zero = i32x4.splat(0);
  for (; accumulator < end; accumulator += 16, histogram += 32) {
    const v = v128.load(accumulator);
    v128.store(accumulator, zero);
    const a = i64x2.extend_low_i32x4_s(v);
    const b = i64x2.extend_high_i32x4_s(v);
    const wideA = v128.or(i64x2.shl(i64x2.shr_s(a, 16), 32), v128.and(a, lower));
    const wideB = v128.or(i64x2.shl(i64x2.shr_s(b, 16), 32), v128.and(b, lower));
    v128.store(histogram, first ? wideA : i64x2.add(v128.load(histogram), wideA));
    v128.store(histogram, first ? wideB : i64x2.add(v128.load(histogram, 16), wideB), 16);
  }
}

/** The same for one output of `cells` (a multiple of 4) shared accumulators, which are not cleared. */
export function flushShared(accumulator: usize, histogram: usize, cells: i32, first: bool): void {
  const end = accumulator + ((<usize>cells) << 4);
  const lower = i64x2.splat(0xffff);
  for (; accumulator < end; accumulator += 64, histogram += 32) {
    const v01 = v128.shuffle<i32>(v128.load32_zero(accumulator), v128.load32_zero(accumulator, 16), 0, 1, 4, 5);
    const v23 = v128.shuffle<i32>(v128.load32_zero(accumulator, 32), v128.load32_zero(accumulator, 48), 0, 1, 4, 5);
    // The pair lies in the lower half of each i64: up and down again gives its sign to the gradient.
    const a = i64x2.shr_s(i64x2.shl(v01, 32), 32);
    const b = i64x2.shr_s(i64x2.shl(v23, 32), 32);
    const wideA = v128.or(i64x2.shl(i64x2.shr_s(a, 16), 32), v128.and(a, lower));
    const wideB = v128.or(i64x2.shl(i64x2.shr_s(b, 16), 32), v128.and(b, lower));
    v128.store(histogram, first ? wideA : i64x2.add(v128.load(histogram), wideA));
    v128.store(histogram, first ? wideB : i64x2.add(v128.load(histogram, 16), wideB), 16);
  }
}

/** parent -= child over `bytes` (a multiple of 32) of packed histograms: the sibling's histogram without a pass over its rows. */
export function subtractPacked(parent: usize, child: usize, bytes: i32): void {
  const end = parent + bytes;
  for (; parent < end; parent += 32, child += 32) {
    v128.store(parent, i64x2.sub(v128.load(parent), v128.load(child)));
    v128.store(parent, i64x2.sub(v128.load(parent, 16), v128.load(child, 16)), 16);
  }
}

/** The same for exact histograms. */
export function subtractExact(parent: usize, child: usize, bytes: i32): void {
  const end = parent + bytes;
  for (; parent < end; parent += 32, child += 32) {
    v128.store(parent, f64x2.sub(v128.load(parent), v128.load(child)));
    v128.store(parent, f64x2.sub(v128.load(parent, 16), v128.load(child, 16)), 16);
  }
}

/** out = the sum over `threads` of packed histograms of `bytes` (a multiple of 32) each, `stride` bytes apart. */
export function mergePacked(partials: usize, stride: usize, threads: i32, out: usize, bytes: i32): void {
  const end = partials + bytes;
  for (; partials < end; partials += 32, out += 32) {
    let a = v128.load(partials);
    let b = v128.load(partials, 16);
    let p = partials + stride;
    for (let t = 1; t < threads; t++, p += stride) {
      a = i64x2.add(a, v128.load(p));
      b = i64x2.add(b, v128.load(p, 16));
    }
    v128.store(out, a);
    v128.store(out, b, 16);
  }
}

export function clear(at: usize, bytes: i32): void {
  memory.fill(at, 0, bytes);
}
