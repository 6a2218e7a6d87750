import { isWhole } from './block';
import {
  gatherBins,
  gatherCodes,
  highOf,
  LAST,
  largestUpTo,
  lastOfBin,
  lowOf,
  replaceCode,
  smallestAbove,
} from './codes';
import { partCounts, scoreSides } from './counts/node';
import { gatherSides } from './counts/random-values';
import { COUNTS, drawShare, Growth, MISSING_UNSEEN } from './growth';
import { writeLeaf } from './leaf';
import { moveRight } from './move';
import { push } from './pending';

/** Parts the node's rows by its best split, or leaves it a leaf when there is none that is good enough. */
export function split(g: Growth): void {
  if (g.bestFeature < 0) return writeLeaf(g);
  const counts = g.kind == COUNTS;
  const whole = isWhole(g);
  if (whole) gatherBins(g, g.bestFeature);
  else if (g.random != 0 && counts) gatherSides(g);
  else gatherCodes(g, g.bestFeature);
  if (g.bestMissingLeft == 0) replaceCode(g, 0, LAST);
  const left = counts ? partCounts(g) : partEntries(g);
  // The best score of counts may be rounded.
  const decrease = (counts ? scoreSides(g, g.left) : g.bestScore) - g.parentScore;
  if (decrease / g.treeWeight + 2.220446049250313e-16 < g.minDecrease) return writeLeaf(g);
  const right = g.count - left;
  const node = g.nodes + ((<usize>g.current) << 5);
  const child = g.nodeCount;
  store<i32>(node, g.bestFeature);
  store<i32>(node, child, 4);
  store<f32>(node, threshold(g, whole), 8);
  store<i32>(node, g.bestMissingLeft == MISSING_UNSEEN ? <i32>(left >= right) : g.bestMissingLeft, 12);
  store<f32>(node, <f32>max<f64>(0, decrease), 16);
  store<f32>(node, <f32>g.weight, 20);
  g.nodeCount = child + 2;
  g.current = -1;
  const other = g.left + ((<usize>g.classes) << 3);
  // The smaller child is grown first: then no more than log2(rows) nodes are ever pending.
  if (left > right) push(g, g.start, left, child, g.depth + 1, g.left);
  push(g, g.start + left, right, child + 1, g.depth + 1, other);
  if (left <= right) push(g, g.start, left, child, g.depth + 1, g.left);
}

/**
 * Midway between the values on both sides of the cut, which the gathered codes tell, or anywhere between them for random splits;
 * infinite when only missing values go right.
 */
function threshold(g: Growth, whole: bool): f32 {
  const above = smallestAbove(g, g.bestCode);
  if (above == LAST) return Infinity;
  const randomCount = g.random != 0 && g.kind == COUNTS;
  if (randomCount && !whole) return g.bestCut;
  const most = largestUpTo(g, g.bestCode);
  const low = highOf(g, g.bestFeature, whole ? lastOfBin(g, most >> g.partBits) : most);
  const high = lowOf(g, g.bestFeature, above);
  if (randomCount) return max<f32>(low, g.bestCut < high ? g.bestCut : low);
  const share = g.random != 0 ? drawShare(g) : 0.5;
  const cut = <f32>(<f64>low + (<f64>high - <f64>low) * share);
  return cut >= low && cut < high ? cut : low;
}

/** Stable partition of 16-byte entries by their gathered codes; returns how many went left. */
function partEntries(g: Growth): i32 {
  const limit = <u32>g.bestCode;
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  let left = from,
    right = g.spare,
    code = g.codes;
  for (let p = from; p < to; p += 16, code += 2) {
    const e = v128.load(p);
    const goes = <usize>(load<u16>(code) <= limit);
    v128.store(left, e);
    v128.store(right, e);
    left += goes << 4;
    right += (1 - goes) << 4;
  }
  moveRight(left, g.spare, to - left);
  return <i32>((left - from) >> 4);
}
