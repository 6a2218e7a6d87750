import { Growth } from './growth';

/**
 * Nodes of fewer rows tell all their values apart: a row's bin is then 1 + the number of smaller values in the node (0 for NaN), so
 * that trees end as exactly as on sorted values. Most nodes of a full tree are this small.
 */
export const FEW_ROWS: i32 = 64;

// At `ranks`: 64 codes (u8), at 64 the values of the rows (f32), at 384 the value of each code (f32).
const KEYS: usize = 64;
const VALUES: usize = 384;

/** Ranks the node's values of a feature; `entryBytes` is 8 or 16, the row at the start of each entry. */
export function rankRows(g: Growth, feature: i32, entryBytes: usize): void {
  const keys = g.ranks + KEYS;
  const rowBytes = (<usize>g.features) << 2;
  const column = g.values + ((<usize>feature) << 2);
  const n = <usize>g.count;
  let entry = g.entries + <usize>g.start * entryBytes;
  for (let i: usize = 0; i < n; i++, entry += entryBytes) {
    store<f32>(keys + (i << 2), load<f32>(column + <usize>load<u32>(entry) * rowBytes));
  }
  // NaN is less than nothing: padding counts for no one.
  v128.store(keys + (n << 2), f32x4.splat(NaN));
  const end = keys + (n << 2);
  for (let i: usize = 0; i < n; i++) {
    const key = load<f32>(keys + (i << 2));
    const all = f32x4.splat(key);
    let smaller = i32x4.splat(0);
    for (let p = keys; p < end; p += 16) smaller = i32x4.sub(smaller, f32x4.lt(v128.load(p), all));
    const pairs = i32x4.add(smaller, v128.shuffle<i32>(smaller, smaller, 2, 3, 0, 1));
    const rank = i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
    const code = key == key ? 1 + rank : 0;
    store<u8>(g.ranks + i, <u8>code);
    store<f32>(g.ranks + VALUES + ((<usize>code) << 2), key);
  }
}

/** Smallest value of a bin of the feature being looked at. */
export function lowOf(g: Growth, feature: i32, bin: i32): f32 {
  if (g.ranked != 0) return load<f32>(g.ranks + VALUES + ((<usize>bin) << 2));
  return load<f32>(g.lows + ((<usize>feature) << 10) + ((<usize>bin) << 2));
}

/** Largest value of a bin. */
export function highOf(g: Growth, feature: i32, bin: i32): f32 {
  if (g.ranked != 0) return load<f32>(g.ranks + VALUES + ((<usize>bin) << 2));
  return load<f32>(g.highs + ((<usize>feature) << 10) + ((<usize>bin) << 2));
}
