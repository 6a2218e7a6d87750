import { DRAWN_SHIFT, firstEntry, gatherCodes, hasMissing, LAST, replaceCode } from '../codes';
import { Growth, MISSING_UNSEEN, recordBest } from '../growth';
import { rowsOf, weightOf } from './node';

/** Nodes of up to this many rows compare each row with each, eight at once; above, a histogram is faster. */
export const FEW: i32 = 64;

// At `spare`: how often each of the node's rows was drawn (u16). At `left`, 32 bytes a class: how many of its rows lie above each
// of 16 cuts (u16).
const SUMS_BYTES: usize = 32;

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
 * Each row's code is a cut: how many rows of each class lie above it is counted for 16 cuts at once. Scores are f32 quotients of
 * whole numbers that are exact up to 2^24: equal splits have equal scores.
 */
function comparePairs(g: Growth, feature: i32, missingLeft: i32): void {
  const end = g.codes + ((<usize>g.count) << 1);
  let best = f32x4.splat(<f32>g.bestScore);
  for (let cuts = g.codes; cuts < end; cuts += 32) {
    if (cuts + 16 >= end) countAboveEight(g, v128.load(cuts));
    else countAbove(g, v128.load(cuts), v128.load(cuts, 16));
    const last = min(end, cuts + 32);
    for (let four = cuts; four < last; four += 8) {
      const scores = scoreFour(g, four, four - cuts);
      if (!v128.any_true(f32x4.gt(scores, best))) continue;
      keepBest(g, feature, missingLeft, four, scores);
      best = f32x4.splat(<f32>g.bestScore);
    }
  }
}

function countAbove(g: Growth, cuts0: v128, cuts1: v128): void {
  let code = g.codes,
    drawn = g.spare,
    sums = g.left;
  for (let k = 0; k < g.classes; k++, sums += SUMS_BYTES) {
    let above0 = i16x8.splat(0),
      above1 = i16x8.splat(0);
    for (const last = code + ((<usize>rowsOf(g.node, k)) << 1); code < last; code += 2, drawn += 2) {
      const other = v128.load16_splat(code);
      const times = v128.load16_splat(drawn);
      above0 = i16x8.add(above0, v128.and(i16x8.gt_s(other, cuts0), times));
      above1 = i16x8.add(above1, v128.and(i16x8.gt_s(other, cuts1), times));
    }
    v128.store(sums, above0);
    v128.store(sums, above1, 16);
  }
}

function countAboveEight(g: Growth, cuts: v128): void {
  let code = g.codes,
    drawn = g.spare,
    sums = g.left;
  for (let k = 0; k < g.classes; k++, sums += SUMS_BYTES) {
    let above = i16x8.splat(0);
    for (const last = code + ((<usize>rowsOf(g.node, k)) << 1); code < last; code += 2, drawn += 2) {
      above = i16x8.add(above, v128.and(i16x8.gt_s(v128.load16_splat(code), cuts), v128.load16_splat(drawn)));
    }
    v128.store(sums, above);
  }
}

/** Scores of four of the cuts whose sums are known; NaN, which is not above anything, when one side is empty. */
function scoreFour(g: Growth, cuts: usize, place: usize): v128 {
  let right = f32x4.splat(0),
    leftSquares = f32x4.splat(0),
    rightSquares = f32x4.splat(0);
  let sums = g.left + place;
  for (let k = 0; k < g.classes; k++, sums += SUMS_BYTES) {
    const r = f32x4.convert_i32x4_s(v128.load16x4_u(sums));
    const l = f32x4.sub(f32x4.splat(<f32>weightOf(g.node, k)), r);
    right = f32x4.add(right, r);
    leftSquares = f32x4.add(leftSquares, f32x4.mul(l, l));
    rightSquares = f32x4.add(rightSquares, f32x4.mul(r, r));
  }
  const left = f32x4.sub(f32x4.splat(<f32>g.weight), right);
  const sum = f32x4.add(f32x4.mul(leftSquares, right), f32x4.mul(rightSquares, left));
  const scores = f32x4.div(sum, f32x4.mul(left, right));
  return g.minSamplesLeaf > 1 ? v128.and(scores, enoughRows(g, cuts)) : scores;
}

/** Which of four cuts leave rows enough on both sides. */
function enoughRows(g: Growth, cuts: usize): v128 {
  const end = g.codes + ((<usize>g.count) << 1);
  const four = v128.load64_zero(cuts);
  let rows = i16x8.splat(0);
  for (let code = g.codes; code < end; code += 2) rows = i16x8.sub(rows, i16x8.ge_s(four, v128.load16_splat(code)));
  const left = i32x4.extend_low_i16x8_s(rows);
  const fewest = i32x4.splat(g.minSamplesLeaf);
  return v128.and(i32x4.ge_s(left, fewest), i32x4.ge_s(i32x4.sub(i32x4.splat(g.count), left), fewest));
}

function keepBest(g: Growth, feature: i32, missingLeft: i32, cuts: usize, scores: v128): void {
  keepLane(g, feature, missingLeft, load<u16>(cuts), f32x4.extract_lane(scores, 0));
  keepLane(g, feature, missingLeft, load<u16>(cuts, 2), f32x4.extract_lane(scores, 1));
  keepLane(g, feature, missingLeft, load<u16>(cuts, 4), f32x4.extract_lane(scores, 2));
  keepLane(g, feature, missingLeft, load<u16>(cuts, 6), f32x4.extract_lane(scores, 3));
}

function keepLane(g: Growth, feature: i32, missingLeft: i32, code: i32, score: f32): void {
  // A score is above 0, which stands for too few rows.
  if (!(<f64>score > g.bestScore) || score == 0) return;
  recordBest(g, <f64>score, feature, code, missingLeft);
}
