import { DRAWN_SHIFT, firstEntry } from '../codes';
import { Growth, recordBest } from '../growth';
import { moveRight } from '../move';

// The entries of a node are sorted by class. Its statistics are 8 bytes a class: rows (i32), and how often they were drawn (i32).

export function rowsOf(statistics: usize, k: i32): i32 {
  return load<i32>(statistics + ((<usize>k) << 3));
}

export function weightOf(statistics: usize, k: i32): i32 {
  return load<i32>(statistics + ((<usize>k) << 3), 4);
}

/** Sets the node's weight and score from its statistics. */
export function weighNode(g: Growth): void {
  let weight: f64 = 0,
    squares: f64 = 0;
  for (let k = 0; k < g.classes; k++) {
    const w = <f64>weightOf(g.node, k);
    weight += w;
    squares += w * w;
  }
  g.weight = weight;
  g.parentScore = squares / weight;
}

/** The class of all rows of the node, or -1. */
export function onlyClass(g: Growth): i32 {
  for (let k = 0; k < g.classes; k++) if (rowsOf(g.node, k) == g.count) return k;
  return -1;
}

/** Sum of squares over weight, of both sides. */
export function scoreSides(g: Growth, left: usize): f64 {
  let weight: f64 = 0,
    leftSquares: f64 = 0,
    rightSquares: f64 = 0;
  for (let k = 0; k < g.classes; k++) {
    const l = <f64>weightOf(left, k);
    const r = <f64>weightOf(g.node, k) - l;
    weight += l;
    leftSquares += l * l;
    rightSquares += r * r;
  }
  return leftSquares / weight + rightSquares / (g.weight - weight);
}

/** Keeps a cut whose left side of `rows` rows has been counted at `left`, where it is the best so far. */
export function judgeSides(g: Growth, rows: i32, feature: i32, code: i32, cut: f32, missingLeft: i32): void {
  if (rows < g.minSamplesLeaf || g.count - rows < g.minSamplesLeaf) return;
  const score = scoreSides(g, g.left);
  if (!(score > g.bestScore)) return;
  recordBest(g, score, feature, code, missingLeft);
  g.bestCut = cut;
}

/**
 * Parts the node's entries by their codes, which have been gathered: those up to the best code go left. Both sides stay sorted
 * by class. Writes the left side's statistics at `left`, the right one's after them, and returns how many rows went left.
 */
export function partCounts(g: Growth): i32 {
  const limit = <u32>g.bestCode;
  const first = firstEntry(g);
  let p = first,
    code = g.codes,
    left = first,
    right = g.spare;
  for (let k = 0; k < g.classes; k++) {
    const rows = rowsOf(g.node, k);
    const from = left;
    let drawn: u32 = 0;
    for (const end = p + ((<usize>rows) << 2); p < end; p += 4, code += 2) {
      const e = load<u32>(p);
      const goes = <u32>(load<u16>(code) <= limit);
      store<u32>(left, e);
      store<u32>(right, e);
      left += goes << 2;
      right += (1 - goes) << 2;
      drawn += (0 - goes) & (e >> DRAWN_SHIFT);
    }
    const statistics = g.left + ((<usize>k) << 3);
    const other = statistics + ((<usize>g.classes) << 3);
    const rowsLeft = <i32>((left - from) >> 2);
    store<i32>(statistics, rowsLeft);
    store<i32>(statistics, drawn, 4);
    store<i32>(other, rows - rowsLeft);
    store<i32>(other, weightOf(g.node, k) - drawn, 4);
  }
  moveRight(left, g.spare, p - left);
  return <i32>((left - first) >> 2);
}
