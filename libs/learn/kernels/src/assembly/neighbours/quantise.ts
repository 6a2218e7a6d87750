// Euclidean nearest neighbours by 16-bit products: rows are rounded to i16, whose exact integer distances differ from the true ones
// by a known bound, so few rows are left to look at exactly. i32x4.dot_i16x8_s takes 8 products at once where f32 takes 4.

/**
 * Rounds the rows of `x`, less `centre` (f64) and times `scale`, to panels of `width` rows: pair of features by pair, two i16 a
 * row. With `normalise` rows are brought to length 1 first. Writes each row's squared integer norm to `norms` (i32; the largest i32 when
 * the row does not fit, its values then are 0) and returns the largest rounding error of the others, a Euclidean length in
 * units of 1 / scale. Panels are filled up with rows of zeros whose norm is the largest i32.
 */
export function roundRows(
  x: usize,
  n: i32,
  cols: i32,
  centre: usize,
  scale: f64,
  normalise: bool,
  longest: f64,
  width: i32,
  out: usize,
  norms: usize,
): f64 {
  const pairs = (cols + 1) >> 1;
  const step = (<usize>width) << 2;
  let worst: f64 = 0;
  for (let i = 0, end = ((n + width - 1) / width) * width; i < end; i++) {
    const panel = out + <usize>((i / width) * width * pairs) * 4 + ((<usize>(i % width)) << 2);
    const row = x + ((<usize>i * <usize>cols) << 2);
    let factor = scale;
    let length: f64 = i < n ? 0 : Infinity;
    if (i < n && normalise) {
      for (let j = 0; j < cols; j++)
        length += <f64>load<f32>(row + ((<usize>j) << 2)) * <f64>load<f32>(row + ((<usize>j) << 2));
      factor = length > 0 ? scale / Math.sqrt(length) : 0;
      length = 0;
    }
    if (i < n) {
      for (let j = 0; j < cols; j++) {
        const v = <f64>load<f32>(row + ((<usize>j) << 2)) * factor - load<f64>(centre + ((<usize>j) << 3)) * scale;
        length += v * v;
      }
    }
    const fits = Math.sqrt(length) <= longest;
    let norm = 0;
    let error: f64 = 0;
    for (let j = 0; j < pairs * 2; j++) {
      let q = 0;
      if (fits && j < cols) {
        const v = <f64>load<f32>(row + ((<usize>j) << 2)) * factor - load<f64>(centre + ((<usize>j) << 3)) * scale;
        const rounded = nearest<f64>(v);
        q = <i32>rounded;
        error += (rounded - v) * (rounded - v);
      }
      norm += q * q;
      store<i16>(panel + <usize>(j >> 1) * step + ((<usize>(j & 1)) << 1), <i16>q);
    }
    store<i32>(norms + ((<usize>i) << 2), fits ? norm : i32.MAX_VALUE);
    worst = max<f64>(worst, error);
  }
  return Math.sqrt(worst);
}

/** The `k`-th smallest of the keys of `count` candidates (i32 key and i32 row each), by Hoare's selection. They change order. */
function selectKey(at: usize, count: i32, k: i32): i32 {
  let from = 0,
    to = count - 1;
  while (from < to) {
    const pivot = load<i32>(at + ((<usize>((from + to) >> 1)) << 3));
    let i = from,
      j = to;
    while (i <= j) {
      while (load<i32>(at + ((<usize>i) << 3)) < pivot) i++;
      while (load<i32>(at + ((<usize>j) << 3)) > pivot) j--;
      if (i > j) break;
      const a = at + ((<usize>i) << 3),
        b = at + ((<usize>j) << 3);
      const first = load<u64>(a);
      store<u64>(a, load<u64>(b));
      store<u64>(b, first);
      i++;
      j--;
    }
    if (k - 1 <= j) to = j;
    else if (k - 1 >= i) from = i;
    else break;
  }
  return load<i32>(at + ((<usize>(k - 1)) << 3));
}

/**
 * Drops candidates that cannot be among the k nearest: those whose integer distance is more than `slack` (a length) beyond the
 * k-th smallest. Returns how many stay; the highest key that may still matter goes to `threshold`.
 */
export function pruneCandidates(at: usize, count: i32, k: i32, norm: i32, slack: f64, threshold: usize): i32 {
  if (count < k) return count;
  const kth = selectKey(at, count, k);
  const reach = Math.sqrt(max<f64>(0, <f64>kth + <f64>norm)) + slack;
  const most = <i32>min<f64>(2147483646, Math.ceil(reach * reach - <f64>norm));
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const candidate = load<u64>(at + ((<usize>i) << 3));
    if (<i32>candidate > most) continue;
    store<u64>(at + ((<usize>kept) << 3), candidate);
    kept++;
  }
  store<i32>(threshold, most);
  return kept;
}

/** Adds the lanes of `mask` to the candidates of a query; prunes them when they have doubled. */
function collect(keys: v128, mask: i32, row: i32, query: usize, k: i32): void {
  // Of each query, i32: threshold, count, count to pruneCandidates at, norm; then f64 slack and u32 address of its candidates.
  let count = load<i32>(query, 4);
  const at = <usize>load<u32>(query, 24);
  v128.store(query, keys, 32);
  for (; mask != 0; mask &= mask - 1) {
    const lane = ctz(mask);
    const candidate = at + ((<usize>count) << 3);
    store<i32>(candidate, load<i32>(query + ((<usize>lane) << 2), 32));
    store<i32>(candidate, row + lane, 4);
    count++;
  }
  if (count >= load<i32>(query, 8)) {
    count = pruneCandidates(at, count, k, load<i32>(query, 12), load<f64>(query, 16), query);
    store<i32>(query, max(2 * count, load<i32>(query, 8)), 8);
  }
  store<i32>(query, count, 4);
}

/** Bytes of a query's state. */
const STATE = 48;

/**
 * Runs the 4 queries of each of `quads` panels of 4 against the panels of 8 rows at `panels` and collects candidates. Keys
 * are |x|^2 - 2 <q, x>, integers, so they are exact. `states` holds STATE bytes a query.
 */
export function collectCandidates(
  quad: usize,
  quads: i32,
  cols: i32,
  panels: usize,
  norms: usize,
  count: i32,
  states: usize,
  k: i32,
): void {
  const pairs = (cols + 1) >> 1;
  const panelBytes = (<usize>pairs) << 5;
  const quadBytes = (<usize>pairs) << 4;
  for (let p = 0; p < count; p++) {
    const panel = panels + <usize>p * panelBytes;
    const n0 = v128.load(norms + ((<usize>p) << 5));
    const n1 = v128.load(norms + ((<usize>p) << 5), 16);
    const row = p << 3;
    let state = states;
    let q = quad;
    for (let i = 0; i < quads; i++, q += quadBytes, state += 4 * STATE) {
      let c00 = i32x4.splat(0),
        c01 = i32x4.splat(0),
        c10 = i32x4.splat(0),
        c11 = i32x4.splat(0);
      let c20 = i32x4.splat(0),
        c21 = i32x4.splat(0),
        c30 = i32x4.splat(0),
        c31 = i32x4.splat(0);
      let a = q,
        b = panel;
      let j = pairs;
      for (; j >= 2; j -= 2, a += 32, b += 64) {
        let l = v128.load(b),
          r = v128.load(b, 16);
        let v = v128.load32_splat(a);
        c00 = i32x4.add(c00, i32x4.dot_i16x8_s(v, l));
        c01 = i32x4.add(c01, i32x4.dot_i16x8_s(v, r));
        v = v128.load32_splat(a, 4);
        c10 = i32x4.add(c10, i32x4.dot_i16x8_s(v, l));
        c11 = i32x4.add(c11, i32x4.dot_i16x8_s(v, r));
        v = v128.load32_splat(a, 8);
        c20 = i32x4.add(c20, i32x4.dot_i16x8_s(v, l));
        c21 = i32x4.add(c21, i32x4.dot_i16x8_s(v, r));
        v = v128.load32_splat(a, 12);
        c30 = i32x4.add(c30, i32x4.dot_i16x8_s(v, l));
        c31 = i32x4.add(c31, i32x4.dot_i16x8_s(v, r));
        (l = v128.load(b, 32)), (r = v128.load(b, 48));
        v = v128.load32_splat(a, 16);
        c00 = i32x4.add(c00, i32x4.dot_i16x8_s(v, l));
        c01 = i32x4.add(c01, i32x4.dot_i16x8_s(v, r));
        v = v128.load32_splat(a, 20);
        c10 = i32x4.add(c10, i32x4.dot_i16x8_s(v, l));
        c11 = i32x4.add(c11, i32x4.dot_i16x8_s(v, r));
        v = v128.load32_splat(a, 24);
        c20 = i32x4.add(c20, i32x4.dot_i16x8_s(v, l));
        c21 = i32x4.add(c21, i32x4.dot_i16x8_s(v, r));
        v = v128.load32_splat(a, 28);
        c30 = i32x4.add(c30, i32x4.dot_i16x8_s(v, l));
        c31 = i32x4.add(c31, i32x4.dot_i16x8_s(v, r));
      }
      if (j == 1) {
        const l = v128.load(b),
          r = v128.load(b, 16);
        let v = v128.load32_splat(a);
        c00 = i32x4.add(c00, i32x4.dot_i16x8_s(v, l));
        c01 = i32x4.add(c01, i32x4.dot_i16x8_s(v, r));
        v = v128.load32_splat(a, 4);
        c10 = i32x4.add(c10, i32x4.dot_i16x8_s(v, l));
        c11 = i32x4.add(c11, i32x4.dot_i16x8_s(v, r));
        v = v128.load32_splat(a, 8);
        c20 = i32x4.add(c20, i32x4.dot_i16x8_s(v, l));
        c21 = i32x4.add(c21, i32x4.dot_i16x8_s(v, r));
        v = v128.load32_splat(a, 12);
        c30 = i32x4.add(c30, i32x4.dot_i16x8_s(v, l));
        c31 = i32x4.add(c31, i32x4.dot_i16x8_s(v, r));
      }
      keep(c00, c01, n0, n1, row, state, k);
      keep(c10, c11, n0, n1, row, state + STATE, k);
      keep(c20, c21, n0, n1, row, state + 2 * STATE, k);
      keep(c30, c31, n0, n1, row, state + 3 * STATE, k);
    }
  }
}

function keep(dot0: v128, dot1: v128, n0: v128, n1: v128, row: i32, state: usize, k: i32): void {
  const threshold = v128.load32_splat(state);
  const k0 = i32x4.sub(n0, i32x4.shl(dot0, 1));
  const k1 = i32x4.sub(n1, i32x4.shl(dot1, 1));
  const m0 = i32x4.le_s(k0, threshold);
  const m1 = i32x4.le_s(k1, threshold);
  if (!v128.any_true(v128.or(m0, m1))) return;
  if (v128.any_true(m0)) collect(k0, i32x4.bitmask(m0), row, state, k);
  if (v128.any_true(m1)) collect(k1, i32x4.bitmask(m1), row + 4, state, k);
}
