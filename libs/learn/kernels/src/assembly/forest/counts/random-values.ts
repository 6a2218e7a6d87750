import { isInBlock } from '../block';
import { DRAWN_SHIFT, firstEntry, ROW_MASK } from '../codes';
import { drawShare, Growth, MISSING_UNSEEN } from '../growth';
import { judgeSides, rowsOf } from './node';

// At `spare`: the values of the node's rows in one feature (f32; NaN where missing), padded to a multiple of four by the last one.

/** Judges the feature at one threshold, drawn uniformly between the smallest and the largest value of the node's rows. */
export function scoreRandomValue(g: Growth, feature: i32): void {
  gatherValues(g, feature);
  const end = g.spare + ((<usize>g.count) << 2);
  let least = f32x4.splat(Infinity),
    most = f32x4.splat(-Infinity),
    unknown = f32x4.splat(0);
  for (let p = g.spare; p < end; p += 16) {
    const values = v128.load(p);
    // These keep what they have when the other is NaN.
    least = f32x4.pmin(least, values);
    most = f32x4.pmax(most, values);
    unknown = v128.or(unknown, f32x4.ne(values, values));
  }
  least = f32x4.pmin(least, v128.shuffle<i32>(least, least, 2, 3, 0, 1));
  most = f32x4.pmax(most, v128.shuffle<i32>(most, most, 2, 3, 0, 1));
  const low = min<f32>(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1));
  const high = max<f32>(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1));
  const missing = v128.any_true(unknown);
  if (!(low < high) && !(low == high && missing)) return;
  const drawn = <f32>(<f64>low + (<f64>high - <f64>low) * drawShare(g));
  const cut = drawn >= low && drawn < high ? drawn : low;
  judge(g, feature, cut, missing ? 0 : MISSING_UNSEEN);
  if (missing) judge(g, feature, cut, 1);
}

/** Writes at `codes` 0 for each of the node's rows whose value of the best feature is missing, 1 up to the threshold, 2 above. */
export function gatherSides(g: Growth): void {
  gatherValues(g, g.bestFeature);
  const cut = g.bestCut;
  let to = g.codes;
  const end = g.spare + ((<usize>g.count) << 2);
  for (let p = g.spare; p < end; p += 4, to += 2) {
    const value = load<f32>(p);
    store<u16>(to, value != value ? 0 : value <= cut ? 1 : 2);
  }
}

function gatherValues(g: Growth, feature: i32): void {
  const from = firstEntry(g);
  const end = from + ((<usize>g.count) << 2);
  let to = g.spare;
  let value: f32 = 0;
  if (isInBlock(g)) {
    const column = g.blockValues + <usize>feature * (g.featureBytes << 1);
    for (let p = from; p < end; p += 4, to += 4) {
      value = load<f32>(column + ((<usize>(load<u32>(p) & ROW_MASK)) << 2));
      store<f32>(to, value);
    }
  } else {
    const column = g.codesAt + <usize>feature * g.featureBytes;
    const table = g.middles + ((<usize>feature) << (10 + <usize>g.partBits));
    for (let p = from; p < end; p += 4, to += 4) {
      value = load<f32>(table + ((<usize>load<u16>(column + <usize>(load<u32>(p) & ROW_MASK) * g.rowBytes)) << 2));
      store<f32>(to, value);
    }
  }
  v128.store(to, f32x4.splat(value));
}

function judge(g: Growth, feature: i32, cut: f32, missingLeft: i32): void {
  const all = f32x4.splat(cut);
  const withMissing = missingLeft == 1 ? i32x4.splat(-1) : i32x4.splat(0);
  let at = g.spare,
    p = firstEntry(g),
    rowsLeft = 0;
  for (let k = 0; k < g.classes; k++) {
    const end = at + ((<usize>rowsOf(g.node, k)) << 2);
    let drawn = i32x4.splat(0),
      rows = i32x4.splat(0);
    for (; at + 16 <= end; at += 16, p += 16) {
      const values = v128.load(at);
      const goes = v128.or(f32x4.le(values, all), v128.and(withMissing, f32x4.ne(values, values)));
      drawn = i32x4.add(drawn, v128.and(goes, i32x4.shr_u(v128.load(p), DRAWN_SHIFT)));
      rows = i32x4.sub(rows, goes);
    }
    let count = sumOf(rows),
      weight = sumOf(drawn);
    for (; at < end; at += 4, p += 4) {
      const value = load<f32>(at);
      const goes = <i32>(value <= cut) | (<i32>(value != value) & <i32>(missingLeft == 1));
      count += goes;
      weight += (0 - goes) & <i32>(load<u32>(p) >> DRAWN_SHIFT);
    }
    store<i32>(g.left + ((<usize>k) << 3), count);
    store<i32>(g.left + ((<usize>k) << 3), weight, 4);
    rowsLeft += count;
  }
  judgeSides(g, rowsLeft, feature, 1, cut, missingLeft);
}

function sumOf(v: v128): i32 {
  const pairs = i32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}
