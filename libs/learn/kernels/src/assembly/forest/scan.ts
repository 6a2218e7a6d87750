import { highOf, lastOfBin, lowOf } from './codes';
import { drawShare, ENTROPY, Growth, MISSING_UNSEEN, recordBest, SQUARES } from './growth';
import { codeOfRank } from './rank';

/**
 * Judges the cuts between the occupied bins of a feature, for entries with weights, first with missing values (bin 0) on the right, then on the left; clears
 * the histogram. A split is the better the larger its children's scores add up to: sum of squares over weight.
 */
export function scan(g: Growth, feature: i32, occupied: i32): void {
  const missing = load<u8>(g.occupied) == 0 ? 1 : 0;
  const only = g.random != 0 ? randomCut(g, feature, missing, occupied) : -1;
  if (occupied - missing > 0) {
    // With missing values on the right, all others may go left together.
    pass(g, feature, occupied, missing, false, only);
    if (missing == 1) pass(g, feature, occupied, missing, true, only);
  }
  clear(g, occupied);
}

/** A place in the list of occupied bins after which a uniformly drawn threshold falls; the only cut extra-trees look at. */
function randomCut(g: Growth, feature: i32, missing: i32, occupied: i32): i32 {
  const last = occupied - 1;
  if (last <= missing) return last;
  const first = middle(g, feature, missing);
  const span = middle(g, feature, last) - first;
  const at = first + span * drawShare(g);
  let cut = missing;
  while (cut + 1 < last && middle(g, feature, cut + 1) <= at) cut++;
  return cut;
}

function middle(g: Growth, feature: i32, place: i32): f64 {
  const bin = <i32>load<u8>(g.occupied + place);
  const first = g.ranked != 0 ? codeOfRank(g, bin) : bin << g.partBits;
  const last = g.ranked != 0 ? first : lastOfBin(g, bin);
  return (<f64>lowOf(g, feature, first) + <f64>highOf(g, feature, last)) * 0.5;
}

function pass(g: Growth, feature: i32, occupied: i32, missing: i32, missingLeft: bool, only: i32): void {
  if (g.kind == SQUARES) passSquares(g, feature, occupied, missing, missingLeft, only);
  else passWeights(g, feature, occupied, missing, missingLeft, only);
}

/** Whether both sides have rows enough; `rows` are those on the left. */
function enough(g: Growth, rows: i32): bool {
  return rows >= g.minSamplesLeaf && g.count - rows >= g.minSamplesLeaf;
}

function keep(g: Growth, score: f64, feature: i32, place: i32, missingLeft: i32): void {
  const bin = <i32>load<u8>(g.occupied + place);
  recordBest(g, score, feature, g.ranked != 0 ? codeOfRank(g, bin) : lastOfBin(g, bin), missingLeft);
}

function passSquares(g: Growth, feature: i32, occupied: i32, missing: i32, missingLeft: bool, only: i32): void {
  const total = v128.load(g.node);
  const counting = g.minSamplesLeaf > 1;
  let left = missingLeft ? v128.load(g.histogram) : f64x2.splat(0);
  let rows: i32 = missingLeft && counting ? load<i32>(g.counts) : 0;
  const end = missing == 1 && !missingLeft ? occupied : occupied - 1;
  for (let i = missing; i < end; i++) {
    const bin = <usize>load<u8>(g.occupied + i);
    left = f64x2.add(left, v128.load(g.histogram + (bin << 4)));
    if (counting) {
      rows += load<i32>(g.counts + (bin << 2));
      if (!enough(g, rows)) continue;
    }
    if (only >= 0 && i != only) continue;
    const right = f64x2.sub(total, left);
    const a = f64x2.extract_lane(left, 1),
      b = f64x2.extract_lane(right, 1);
    const shares = f64x2.div(pair(a * a, b * b), v128.shuffle<f64>(left, right, 0, 2));
    const score = f64x2.extract_lane(shares, 0) + f64x2.extract_lane(shares, 1);
    if (score > g.bestScore) {
      keep(g, score, feature, i, missing == 1 ? <i32>missingLeft : MISSING_UNSEEN);
      v128.store(g.best, left);
    }
  }
}

function pair(a: f64, b: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(a), 1, b);
}

/** weight * log(weight), 0 for 0. */
function entropyTerm(weight: f64): f64 {
  return weight > 0 ? weight * Math.log(weight) : 0;
}

/** Score of one side: by Gini the classes' squares over their sum, by entropy minus the side's weight times its entropy. */
export function scoreClasses(statistics: usize, classes: i32, entropy: bool): f64 {
  let weight: f64 = 0,
    sum: f64 = 0;
  for (let k = 0; k < classes; k++) {
    const w = load<f64>(statistics + ((<usize>k) << 3));
    weight += w;
    sum += entropy ? entropyTerm(w) : w * w;
  }
  return entropy ? sum - entropyTerm(weight) : weight > 0 ? sum / weight : 0;
}

function passWeights(g: Growth, feature: i32, occupied: i32, missing: i32, missingLeft: bool, only: i32): void {
  const classes = g.classes;
  const bytes = (<usize>classes) << 3;
  const entropy = g.kind == ENTROPY;
  const right = g.left + bytes;
  const counting = g.minSamplesLeaf > 1;
  if (missingLeft) copyWords(g.left, g.histogram, bytes);
  else clearWords(g.left, bytes);
  let rows: i32 = missingLeft && counting ? load<i32>(g.counts) : 0;
  const end = missing == 1 && !missingLeft ? occupied : occupied - 1;
  for (let i = missing; i < end; i++) {
    const bin = <usize>load<u8>(g.occupied + i);
    const cell = g.histogram + bin * bytes;
    for (let k: usize = 0; k < bytes; k += 8) {
      const l = load<f64>(g.left + k) + load<f64>(cell + k);
      store<f64>(g.left + k, l);
      store<f64>(right + k, max<f64>(0, load<f64>(g.node + k) - l));
    }
    if (counting) {
      rows += load<i32>(g.counts + (bin << 2));
      if (!enough(g, rows)) continue;
    }
    if (only >= 0 && i != only) continue;
    const score = scoreClasses(g.left, classes, entropy) + scoreClasses(right, classes, entropy);
    if (score > g.bestScore) {
      keep(g, score, feature, i, missing == 1 ? <i32>missingLeft : MISSING_UNSEEN);
      copyWords(g.best, g.left, bytes);
    }
  }
}

function clear(g: Growth, occupied: i32): void {
  const bytes: usize = g.kind == SQUARES ? 16 : (<usize>g.classes) << 3;
  for (let i = 0; i < occupied; i++) clearWords(g.histogram + <usize>load<u8>(g.occupied + i) * bytes, bytes);
}

/** For a few words: memory.fill and memory.copy cost a call out of WASM. */
export function clearWords(at: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 8) store<u64>(at + k, 0);
}

export function copyWords(to: usize, from: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 8) store<u64>(to + k, load<u64>(from + k));
}
