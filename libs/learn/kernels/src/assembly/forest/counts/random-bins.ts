import {
  DRAWN_SHIFT,
  firstEntry,
  gatherBins,
  hasMissing,
  highOf,
  LAST,
  largestUpTo,
  lastOfBin,
  lowOf,
  replaceCode,
  smallestAbove,
} from '../codes';
import { drawShare, Growth, MISSING_UNSEEN } from '../growth';
import { judgeSides, rowsOf } from './node';

/** The same as scoreRandomValue in a node of many rows, which is cut between bins. */
export function scoreRandomBin(g: Growth, feature: i32): void {
  gatherBins(g, feature);
  const missing = hasMissing(g);
  if (missing) replaceCode(g, 0, LAST);
  const least = smallestAbove(g, 0);
  if (least == LAST) return;
  const most = largestUpTo(g, LAST - 1);
  if (least == most && !missing) return;
  const low = <f64>lowOf(g, feature, least);
  const high = <f64>highOf(g, feature, lastOfBin(g, most >> g.partBits));
  const cut = low + (high - low) * drawShare(g);
  const code = codeAt(g, feature, least, most, cut);
  judge(g, feature, code, <f32>cut, missing ? 0 : MISSING_UNSEEN);
  if (!missing) return;
  replaceCode(g, LAST, 0);
  judge(g, feature, code, <f32>cut, 1);
}

/** The largest bin, as a code, below `most` whose middle is not above the cut; at least `least`. */
function codeAt(g: Growth, feature: i32, least: i32, most: i32, cut: f64): i32 {
  const bits = g.partBits;
  let from = least >> bits,
    to = max(from, (most >> bits) - 1);
  while (from < to) {
    const middle = (from + to + 1) >> 1;
    const first = middle << bits,
      last = ((middle + 1) << bits) - 1;
    if ((<f64>lowOf(g, feature, first) + <f64>highOf(g, feature, last)) * 0.5 <= cut) from = middle;
    else to = middle - 1;
  }
  return from << bits;
}

function judge(g: Growth, feature: i32, code: i32, cut: f32, missingLeft: i32): void {
  let at = g.codes,
    p = firstEntry(g),
    rowsLeft = 0;
  for (let k = 0; k < g.classes; k++) {
    const rows = rowsOf(g.node, k);
    let count = 0,
      drawn: u32 = 0;
    for (const end = at + ((<usize>rows) << 1); at < end; at += 2, p += 4) {
      const goes = <u32>(<i32>load<u16>(at) <= code);
      count += goes;
      drawn += (0 - goes) & (load<u32>(p) >> DRAWN_SHIFT);
    }
    store<i32>(g.left + ((<usize>k) << 3), count);
    store<i32>(g.left + ((<usize>k) << 3), drawn, 4);
    rowsLeft += count;
  }
  judgeSides(g, rowsLeft, feature, lastOfBin(g, code >> g.partBits), cut, missingLeft);
}
