import { DRAWN_SHIFT, firstEntry, gatherCodes, hasMissing, LAST, replaceCode } from '../codes';
import { Growth, MISSING_UNSEEN } from '../growth';
import { rowsOf, weightOf } from './node';

/** Nodes of up to this many rows compare each row with each, eight at once; above, a histogram is faster. */
export const FEW: i32 = 64;

// At `spare`: how often each of the node's rows was drawn (u16).

/** Readies a node of few rows for scoreFew. */
export function listDraws(g: Growth): void {
  const from = firstEntry(g);
  const end = from + ((<usize>g.count) << 2);
  let to = g.spare;
  for (let p = from; p < end; p += 4, to += 2) store<u16>(to, <u16>(load<u32>(p) >> DRAWN_SHIFT));
}

/** Judges every cut between the codes of a feature in a node of few rows. */
export function scoreFew(g: Growth, feature: i32): void {
  gatherCodes(g, feature);
  if (!hasMissing(g)) return comparePairs(g, feature, MISSING_UNSEEN);
  replaceCode(g, 0, LAST);
  comparePairs(g, feature, 0);
  replaceCode(g, LAST, 0);
  comparePairs(g, feature, 1);
}

/**
 * Each row's code is a cut: how many rows of each class are not above it is counted for eight cuts at once. Scores are f32
 * quotients of whole numbers that are exact up to 2^24: equal splits have equal scores.
 */
function comparePairs(g: Growth, feature: i32, missingLeft: i32): void {
  const n = g.count;
  const all = f32x4.splat(<f32>g.weight);
  const end = g.codes + ((<usize>n) << 1);
  let best = f32x4.splat(<f32>g.bestScore);
  for (let cuts = g.codes; cuts < end; cuts += 16) {
    const cut = v128.load(cuts);
    let code = g.codes,
      drawn = g.spare;
    let left0 = f32x4.splat(0),
      left1 = f32x4.splat(0);
    let leftSquares0 = f32x4.splat(0),
      leftSquares1 = f32x4.splat(0);
    let rightSquares0 = f32x4.splat(0),
      rightSquares1 = f32x4.splat(0);
    for (let k = 0; k < g.classes; k++) {
      const rows = rowsOf(g.node, k);
      if (rows == 0) continue;
      let sums = i16x8.splat(0);
      for (const last = code + ((<usize>rows) << 1); code < last; code += 2, drawn += 2) {
        sums = i16x8.add(sums, v128.and(i16x8.ge_s(cut, v128.load16_splat(code)), v128.load16_splat(drawn)));
      }
      const total = f32x4.splat(<f32>weightOf(g.node, k));
      const l0 = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(sums));
      const l1 = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(sums));
      const r0 = f32x4.sub(total, l0);
      const r1 = f32x4.sub(total, l1);
      left0 = f32x4.add(left0, l0);
      left1 = f32x4.add(left1, l1);
      leftSquares0 = f32x4.add(leftSquares0, f32x4.mul(l0, l0));
      leftSquares1 = f32x4.add(leftSquares1, f32x4.mul(l1, l1));
      rightSquares0 = f32x4.add(rightSquares0, f32x4.mul(r0, r0));
      rightSquares1 = f32x4.add(rightSquares1, f32x4.mul(r1, r1));
    }
    let score0 = quotient(leftSquares0, rightSquares0, left0, f32x4.sub(all, left0));
    let score1 = quotient(leftSquares1, rightSquares1, left1, f32x4.sub(all, left1));
    if (g.minSamplesLeaf > 1) {
      const rows = rowsUpTo(g, cut);
      score0 = v128.and(score0, enough(g, i32x4.extend_low_i16x8_s(rows)));
      score1 = v128.and(score1, enough(g, i32x4.extend_high_i16x8_s(rows)));
    }
    if (v128.any_true(v128.or(f32x4.gt(score0, best), f32x4.gt(score1, best)))) {
      keepBest(g, feature, missingLeft, cuts, score0);
      keepBest(g, feature, missingLeft, cuts + 8, score1);
      best = f32x4.splat(<f32>g.bestScore);
    }
  }
}

/** NaN, which is not above anything, when one side is empty. */
function quotient(leftSquares: v128, rightSquares: v128, left: v128, right: v128): v128 {
  const sum = f32x4.add(f32x4.mul(leftSquares, right), f32x4.mul(rightSquares, left));
  return f32x4.div(sum, f32x4.mul(left, right));
}

/** How many rows are not above each of eight cuts. */
function rowsUpTo(g: Growth, cut: v128): v128 {
  const end = g.codes + ((<usize>g.count) << 1);
  let rows = i16x8.splat(0);
  for (let code = g.codes; code < end; code += 2) rows = i16x8.sub(rows, i16x8.ge_s(cut, v128.load16_splat(code)));
  return rows;
}

function enough(g: Growth, rows: v128): v128 {
  const fewest = i32x4.splat(g.minSamplesLeaf);
  return v128.and(i32x4.ge_s(rows, fewest), i32x4.ge_s(i32x4.sub(i32x4.splat(g.count), rows), fewest));
}

function keepBest(g: Growth, feature: i32, missingLeft: i32, cuts: usize, scores: v128): void {
  keepLane(g, feature, missingLeft, load<u16>(cuts), f32x4.extract_lane(scores, 0));
  keepLane(g, feature, missingLeft, load<u16>(cuts, 2), f32x4.extract_lane(scores, 1));
  keepLane(g, feature, missingLeft, load<u16>(cuts, 4), f32x4.extract_lane(scores, 2));
  keepLane(g, feature, missingLeft, load<u16>(cuts, 6), f32x4.extract_lane(scores, 3));
}

function keepLane(g: Growth, feature: i32, missingLeft: i32, code: i32, score: f32): void {
  // A score is at least 1; 0 stands for too few rows.
  if (!(<f64>score > g.bestScore) || score == 0) return;
  g.bestScore = <f64>score;
  g.bestFeature = feature;
  g.bestCode = code;
  g.bestMissingLeft = missingLeft;
}
