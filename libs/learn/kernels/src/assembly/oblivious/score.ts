// Scores of splits of oblivious trees. A cell holds i32 sums: a pair is (weight, gradient), a quad three gradients and, last,
// the weight; more than three gradients lie in further quads, of which the last ends with the weight. For each feature and
// bin two f32 are added up over the leaves: at `sums` the numerators sum g * g / (w + lambda), 1024 bytes a feature, and at
// `norms` likewise the squared norms sum w * (g / (w + lambda))^2 of both children.

const TINY: f32 = 1e-18;

function addScores(gl: v128, gr: v128, wl: v128, wr: v128, lambda: v128, sums: usize, norms: usize): void {
  const tiny = f32x4.splat(TINY);
  const leftWeight = f32x4.max(f32x4.add(wl, lambda), tiny);
  const rightWeight = f32x4.max(f32x4.add(wr, lambda), tiny);
  // One division for two reciprocals.
  const both = f32x4.div(f32x4.splat(1), f32x4.mul(leftWeight, rightWeight));
  const il = f32x4.mul(rightWeight, both);
  const ir = f32x4.mul(leftWeight, both);
  const left = f32x4.mul(gl, il);
  const right = f32x4.mul(gr, ir);
  v128.store(sums, f32x4.add(v128.load(sums), f32x4.add(left, right)));
  const leftNorm = f32x4.mul(left, f32x4.mul(wl, il));
  const rightNorm = f32x4.mul(right, f32x4.mul(wr, ir));
  v128.store(norms, f32x4.add(v128.load(norms), f32x4.add(leftNorm, rightNorm)));
}

/** Sums of one histogram's first `n` cells (a multiple of 4) of `size` i32 each into i32 at `out`. */
export function totalCells(histogram: usize, n: i32, size: i32, out: usize): void {
  for (let word = 0; word < size; word++) {
    let total: i32 = 0;
    const step = (<usize>size) << 2;
    for (let p = histogram + ((<usize>word) << 2), end = p + <usize>n * step; p < end; p += step) total += load<i32>(p);
    store<i32>(out + ((<usize>word) << 2), total);
  }
}

/**
 * Adds one leaf's scores over pairs for features [from, to); `bins` holds the cells of each, `oneHot` a byte for each, and
 * `monotone` an i8: 1 or -1 when values must not fall or rise with the feature.
 */
export function scorePairs(
  histogram: usize,
  from: i32,
  to: i32,
  bins: usize,
  oneHot: usize,
  monotone: usize,
  totals: usize,
  lambda: f32,
  sums: usize,
  norms: usize,
): void {
  const totalW = f32x4.splat(<f32>load<i32>(totals));
  const totalG = f32x4.splat(<f32>load<i32>(totals, 4));
  const smooth = f32x4.splat(lambda);
  const zero = i32x4.splat(0);
  for (let f = from; f < to; f++, histogram += 2048, sums += 1024, norms += 1024) {
    const n = load<i32>(bins + ((<usize>f) << 2));
    const direction = load<i8>(monotone + <usize>f);
    if (direction != 0) {
      scoreOrdered(histogram, n, <f32>direction, totals, lambda, sums, norms);
      continue;
    }
    const alone = load<u8>(oneHot + <usize>f) == 1;
    let run = zero;
    const end = ((<usize>n + 3) >> 2) << 5;
    for (let at: usize = 0; at < end; at += 32) {
      let a = v128.load(histogram + at);
      let b = v128.load(histogram + at, 16);
      if (!alone) {
        a = i32x4.add(run, i32x4.add(a, v128.shuffle<i64>(zero, a, 0, 2)));
        b = i32x4.add(v128.shuffle<i64>(a, a, 1, 1), i32x4.add(b, v128.shuffle<i64>(zero, b, 0, 2)));
        run = v128.shuffle<i64>(b, b, 1, 1);
      }
      const w = f32x4.convert_i32x4_s(v128.shuffle<i32>(a, b, 0, 2, 4, 6));
      const g = f32x4.convert_i32x4_s(v128.shuffle<i32>(a, b, 1, 3, 5, 7));
      const other = f32x4.sub(totalG, g);
      const square = f32x4.mul(g, g);
      const otherSquare = f32x4.mul(other, other);
      addScores(square, otherSquare, w, f32x4.sub(totalW, w), smooth, sums + (at >> 1), norms + (at >> 1));
    }
  }
}

/**
 * The scores of one feature whose leaf values must follow its direction: children that would not share their parent's value, as
 * they will once the leaf values are made monotone.
 */
function scoreOrdered(
  histogram: usize,
  n: i32,
  direction: f32,
  totals: usize,
  lambda: f32,
  sums: usize,
  norms: usize,
): void {
  const totalW = <f32>load<i32>(totals);
  const totalG = <f32>load<i32>(totals, 4);
  const common = totalG / max<f32>(totalW + lambda, TINY);
  let sumW: i32 = 0;
  let sumG: i32 = 0;
  for (const end = sums + ((<usize>n) << 2); sums < end; sums += 4, norms += 4, histogram += 8) {
    sumW += load<i32>(histogram);
    sumG += load<i32>(histogram, 4);
    const w = <f32>sumW;
    const g = <f32>sumG;
    const left = g / max<f32>(w + lambda, TINY);
    const right = (totalG - g) / max<f32>(totalW - w + lambda, TINY);
    // Values are the gradients' means with the sign turned.
    const fits = direction * (left - right) >= 0;
    const score = fits ? g * left + (totalG - g) * right : totalG * common;
    const norm = fits ? w * left * left + (totalW - w) * right * right : totalW * common * common;
    store<f32>(sums, load<f32>(sums) + score);
    store<f32>(norms, load<f32>(norms) + norm);
  }
}

/** The same over quads: two or three gradients. */
export function scoreQuads(
  histogram: usize,
  from: i32,
  to: i32,
  bins: usize,
  oneHot: usize,
  totals: usize,
  lambda: f32,
  sums: usize,
  norms: usize,
): void {
  const t0 = f32x4.splat(<f32>load<i32>(totals));
  const t1 = f32x4.splat(<f32>load<i32>(totals, 4));
  const t2 = f32x4.splat(<f32>load<i32>(totals, 8));
  const totalW = f32x4.splat(<f32>load<i32>(totals, 12));
  const smooth = f32x4.splat(lambda);
  for (let f = from; f < to; f++, histogram += 4096, sums += 1024, norms += 1024) {
    const n = load<i32>(bins + ((<usize>f) << 2));
    const keep = i32x4.splat(load<u8>(oneHot + <usize>f) == 1 ? 0 : -1);
    let run = i32x4.splat(0);
    const end = ((<usize>n + 3) >> 2) << 6;
    for (let at: usize = 0; at < end; at += 64) {
      const a = i32x4.add(run, v128.load(histogram + at));
      const b = i32x4.add(v128.and(a, keep), v128.load(histogram + at, 16));
      const c = i32x4.add(v128.and(b, keep), v128.load(histogram + at, 32));
      const d = i32x4.add(v128.and(c, keep), v128.load(histogram + at, 48));
      run = v128.and(d, keep);
      const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      const g0 = f32x4.convert_i32x4_s(v128.shuffle<i64>(ab0, cd0, 0, 2));
      const g1 = f32x4.convert_i32x4_s(v128.shuffle<i64>(ab0, cd0, 1, 3));
      const g2 = f32x4.convert_i32x4_s(v128.shuffle<i64>(ab1, cd1, 0, 2));
      const w = f32x4.convert_i32x4_s(v128.shuffle<i64>(ab1, cd1, 1, 3));
      const o0 = f32x4.sub(t0, g0);
      const o1 = f32x4.sub(t1, g1);
      const o2 = f32x4.sub(t2, g2);
      const square = f32x4.add(f32x4.add(f32x4.mul(g0, g0), f32x4.mul(g1, g1)), f32x4.mul(g2, g2));
      const otherSquare = f32x4.add(f32x4.add(f32x4.mul(o0, o0), f32x4.mul(o1, o1)), f32x4.mul(o2, o2));
      addScores(square, otherSquare, w, f32x4.sub(totalW, w), smooth, sums + (at >> 2), norms + (at >> 2));
    }
  }
}

/**
 * The same over `planes` quads a cell, which lie `plane` bytes apart. `scratch` has room for 3072 bytes.
 */
export function scorePlanes(
  histogram: usize,
  planes: i32,
  plane: usize,
  from: i32,
  to: i32,
  bins: usize,
  oneHot: usize,
  totals: usize,
  lambda: f32,
  sums: usize,
  norms: usize,
  scratch: usize,
): void {
  const last = <usize>(planes - 1);
  const totalW = f32x4.splat(<f32>load<i32>(totals + (last << 4), 12));
  const smooth = f32x4.splat(lambda);
  const squares = scratch;
  const weights = scratch + 1024;
  const others = scratch + 2048;
  for (let f = from; f < to; f++, histogram += 4096, sums += 1024, norms += 1024) {
    const n = (<usize>load<i32>(bins + ((<usize>f) << 2)) + 3) & ~3;
    const keep = i32x4.splat(load<u8>(oneHot + <usize>f) == 1 ? 0 : -1);
    memory.fill(scratch, 0, 3072);
    for (let v: usize = 0; v <= last; v++) {
      const mask = v == last ? i32x4(-1, -1, -1, 0) : i32x4.splat(-1);
      const total = f32x4.convert_i32x4_s(v128.and(v128.load(totals + (v << 4)), mask));
      let run = i32x4.splat(0);
      let cell = histogram + v * plane;
      for (let b: usize = 0; b < n << 2; b += 4, cell += 16) {
        const sum = i32x4.add(run, v128.load(cell));
        run = v128.and(sum, keep);
        const g = f32x4.convert_i32x4_s(v128.and(sum, mask));
        const o = f32x4.sub(total, g);
        store<f32>(squares + b, load<f32>(squares + b) + sumLanes(f32x4.mul(g, g)));
        store<f32>(others + b, load<f32>(others + b) + sumLanes(f32x4.mul(o, o)));
        if (v == last) store<f32>(weights + b, <f32>i32x4.extract_lane(sum, 3));
      }
    }
    for (let b: usize = 0; b < n << 2; b += 16) {
      const w = v128.load(weights + b);
      const rest = f32x4.sub(totalW, w);
      addScores(v128.load(squares + b), v128.load(others + b), w, rest, smooth, sums + b, norms + b);
    }
  }
}

function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}
