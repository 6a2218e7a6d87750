import { COUNTS, classBits, draw, ENTROPY, Growth, MISSING_UNSEEN, SQUARES } from './growth';
import { accumulate } from './histogram';
import { FEW_ROWS } from './rank';
import { listEntries, sampleRows } from './sample';
import { clearWords, copyWords, scan, scoreClasses } from './scan';

// A node is 32 bytes: feature i32 at 0 (-1: a leaf), left child i32 at 4 (the right one follows it), threshold f32 at 8, whether
// missing values go left i32 at 12, weighted impurity decrease f32 at 16, weight of the rows f32 at 20. A leaf holds at 24 the class
// of all its rows, or -1 - the number of its vector of shares (i32); of a regression, its mean (f32) and at 28 one row's target.

/** Starts a tree: draws its rows. The state is in the record at `growth`. */
export function beginTree(growth: usize, seed: u32): void {
  const g = changetype<Growth>(growth);
  sampleRows(seed, g.rows, g.draws, g.spare);
  g.seed = seed ^ 0x9e3779b9 || 1;
  const n = listEntries(g);
  for (let f = 0; f < g.features; f++) store<u32>(g.order + ((<usize>f) << 2), f);
  g.nodeCount = 1;
  g.vectorCount = 0;
  g.current = -1;
  g.pending = 0;
  g.treeWeight = 0;
  push(g, 0, n, 0, 0, 0);
}

/** Grows the tree until some `budget` rows have been looked at; returns how many were. It is done when nothing is pending. */
export function growTree(growth: usize, budget: i32): i32 {
  const g = changetype<Growth>(growth);
  let used = 0;
  while (used < budget) {
    if (g.current < 0) {
      if (g.pending == 0) break;
      pop(g);
      used += g.count;
      if (isLeaf(g)) {
        writeLeaf(g);
        continue;
      }
    }
    while (g.visited < g.features && (g.visited < g.maxFeatures || g.bestFeature < 0) && used < budget) {
      const feature = drawFeature(g);
      scan(g, feature, accumulate(g, feature));
      g.visited++;
      used += g.count + 32;
    }
    if (g.visited == g.features || (g.visited >= g.maxFeatures && g.bestFeature >= 0)) split(g);
  }
  return used;
}

export function isDone(growth: usize): bool {
  const g = changetype<Growth>(growth);
  return g.current < 0 && g.pending == 0;
}

/** Draws without replacement within a node: the features before `visited` have been drawn. */
function drawFeature(g: Growth): i32 {
  const to = g.order + ((<usize>g.visited) << 2);
  const from = to + ((<usize>draw(g, g.features - g.visited)) << 2);
  const feature = load<i32>(from);
  store<i32>(from, load<i32>(to));
  store<i32>(to, feature);
  return feature;
}

/** A pending node is 24 bytes: first entry, entries, node, depth (i32), packed counts (u64, of that kind). */
function push(g: Growth, start: i32, count: i32, node: i32, depth: i32, packed: u64): void {
  const p = g.stack + <usize>g.pending * 24;
  store<i32>(p, start);
  store<i32>(p, count, 4);
  store<i32>(p, node, 8);
  store<i32>(p, depth, 12);
  store<u64>(p, packed, 16);
  g.pending++;
}

function pop(g: Growth): void {
  g.pending--;
  const p = g.stack + <usize>g.pending * 24;
  g.start = load<i32>(p);
  g.count = load<i32>(p, 4);
  g.current = load<i32>(p, 8);
  g.depth = load<i32>(p, 12);
  g.visited = 0;
  g.bestFeature = -1;
  g.bestScore = -Infinity;
  if (g.kind == COUNTS) packedStatistics(g, load<u64>(p, 16));
  else if (g.kind == SQUARES) squareStatistics(g);
  else classStatistics(g);
  if (g.treeWeight == 0) g.treeWeight = g.weight;
}

function packedStatistics(g: Growth, known: u64): void {
  let packed = known;
  const bits = classBits(g);
  if (packed == 0) {
    const from = g.entries + ((<usize>g.start) << 3);
    for (let p = from; p < from + ((<usize>g.count) << 3); p += 8) {
      const e = load<u64>(p);
      packed += (e >> 40) << (e >> 32);
    }
  }
  store<u64>(g.node, packed);
  let weight: f64 = 0,
    squares: f64 = 0;
  for (let k: u64 = 0; k < <u64>g.classes; k++) {
    const count = <f64>((packed >> (k * bits)) & (((<u64>1) << bits) - 1));
    weight += count;
    squares += count * count;
  }
  g.weight = weight;
  g.parentScore = squares / weight;
}

/** Sums anew at each node: what subtraction would leave of a class that is gone is not 0. */
function classStatistics(g: Growth): void {
  clearWords(g.node, (<usize>g.classes) << 3);
  const from = g.entries + ((<usize>g.start) << 4);
  let weight: f64 = 0;
  for (let p = from; p < from + ((<usize>g.count) << 4); p += 16) {
    const at = g.node + ((<usize>load<u32>(p, 4)) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(p, 8));
    weight += load<f64>(p, 8);
  }
  g.weight = weight;
  g.parentScore = scoreClasses(g.node, g.classes, g.kind == ENTROPY);
}

function squareStatistics(g: Growth): void {
  const from = g.entries + ((<usize>g.start) << 4);
  let weight: f64 = 0,
    sum: f64 = 0;
  for (let p = from; p < from + ((<usize>g.count) << 4); p += 16) {
    const w = <f64>load<f32>(p, 4);
    weight += w;
    sum += w * load<f64>(p, 8);
  }
  store<f64>(g.node, weight);
  store<f64>(g.node, sum, 8);
  g.weight = weight;
  g.parentScore = (sum * sum) / weight;
}

function isLeaf(g: Growth): bool {
  if (g.count < g.minSamplesSplit || g.count < 2 * g.minSamplesLeaf) return true;
  return (g.maxDepth > 0 && g.depth >= g.maxDepth) || pureClass(g) >= 0;
}

/** The class of all rows of the node, 0 when all have the same target; -1 when they differ. */
function pureClass(g: Growth): i32 {
  if (g.kind == COUNTS) {
    const shift = (load<u64>(g.entries + ((<usize>g.start) << 3)) >> 32) & 63;
    const bits = classBits(g);
    const own = (load<u64>(g.node) >> shift) & (((<u64>1) << bits) - 1);
    return <f64>own == g.weight ? <i32>(shift / bits) : -1;
  }
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  if (g.kind == SQUARES) {
    for (let p = from + 16; p < to; p += 16) if (load<f64>(p, 8) != load<f64>(from, 8)) return -1;
    return 0;
  }
  for (let p = from + 16; p < to; p += 16) if (load<i32>(p, 4) != load<i32>(from, 4)) return -1;
  return load<i32>(from, 4);
}

function writeLeaf(g: Growth): void {
  const node = g.nodes + ((<usize>g.current) << 5);
  store<i32>(node, -1);
  store<f32>(node, 0, 16);
  store<f32>(node, <f32>g.weight, 20);
  g.current = -1;
  if (g.kind == SQUARES) {
    const entry = g.entries + ((<usize>(g.start + draw(g, g.count))) << 4);
    const mean = pureClass(g) == 0 ? load<f64>(entry, 8) : load<f64>(g.node, 8) / g.weight;
    store<f32>(node, <f32>mean, 24);
    store<f32>(node, <f32>load<f64>(entry, 8), 28);
    return;
  }
  const pure = pureClass(g);
  store<i32>(node, pure, 24);
  if (pure >= 0) return;
  const vector = g.vectors + ((<usize>g.vectorCount * <usize>g.classes) << 2);
  g.vectorCount++;
  store<i32>(node, -g.vectorCount, 24);
  const bits = classBits(g);
  for (let k: usize = 0; k < <usize>g.classes; k++) {
    const w =
      g.kind == COUNTS
        ? <f64>((load<u64>(g.node) >> (<u64>k * bits)) & (((<u64>1) << bits) - 1))
        : load<f64>(g.node + (k << 3));
    store<f32>(vector + (k << 2), <f32>(w / g.weight));
  }
}

/** Parts the node's rows by its best split, or leaves it a leaf when there is none that is good enough. */
function split(g: Growth): void {
  const decrease = g.bestScore - g.parentScore;
  if (g.bestFeature < 0 || decrease / g.treeWeight + 2.220446049250313e-16 < g.minDecrease) return writeLeaf(g);
  const cut = threshold(g);
  const left = g.kind == COUNTS ? part8(g, cut) : part16(g, cut);
  const right = g.count - left;
  const node = g.nodes + ((<usize>g.current) << 5);
  const child = g.nodeCount;
  store<i32>(node, g.bestFeature);
  store<i32>(node, child, 4);
  store<f32>(node, cut, 8);
  store<i32>(node, g.bestMissingLeft == MISSING_UNSEEN ? <i32>(left >= right) : g.bestMissingLeft, 12);
  store<f32>(node, <f32>max<f64>(0, decrease), 16);
  store<f32>(node, <f32>g.weight, 20);
  g.nodeCount = child + 2;
  g.current = -1;
  const packed = g.kind == COUNTS ? load<u64>(g.best) : 0;
  const rest = g.kind == COUNTS ? load<u64>(g.node) - packed : 0;
  // The smaller child is grown first: then no more than log2(rows) nodes are ever pending.
  if (left > right) push(g, g.start, left, child, g.depth + 1, packed);
  push(g, g.start + left, right, child + 1, g.depth + 1, rest);
  if (left <= right) push(g, g.start, left, child, g.depth + 1, packed);
}

/** Midway between the values on both sides, or anywhere between them for random splits; infinite when only missing values go right. */
function threshold(g: Growth): f32 {
  if (g.bestNext < 0) return Infinity;
  const low = g.bestLow;
  const share: f64 = g.random != 0 ? <f64>draw(g, 0x7fffffff) / <f64>0x7fffffff : 0.5;
  const cut = <f32>(<f64>low + (<f64>g.bestHigh - <f64>low) * share);
  return cut >= low && cut < g.bestHigh ? cut : low;
}

/** 1 when the row goes left: by its value where bins are ranks of the node, else by its bin. */
function goesLeft(g: Growth, row: usize, cut: f32): usize {
  if (g.count < FEW_ROWS) {
    const value = load<f32>(g.values + ((row * <usize>g.features + <usize>g.bestFeature) << 2));
    return value == value ? <usize>(value <= cut) : <usize>(g.bestMissingLeft == 1);
  }
  const lowest: u32 = g.bestMissingLeft == 1 ? 0 : 1;
  const bin = <u32>load<u8>(g.byColumn + <usize>g.bestFeature * <usize>g.rows + row);
  return <usize>(bin - lowest <= <u32>g.bestBin - lowest);
}

/** Stable partition of 8-byte entries; returns how many went left. */
function part8(g: Growth, cut: f32): i32 {
  const from = g.entries + ((<usize>g.start) << 3);
  const to = from + ((<usize>g.count) << 3);
  let left = from,
    right = g.spare;
  for (let p = from; p < to; p += 8) {
    const e = load<u64>(p);
    const goes = goesLeft(g, <usize>(<u32>e), cut);
    store<u64>(left, e);
    store<u64>(right, e);
    left += goes << 3;
    right += (1 - goes) << 3;
  }
  moveRight(left, g.spare, to - left);
  return <i32>((left - from) >> 3);
}

/** The same for entries of 16 bytes. */
function part16(g: Growth, cut: f32): i32 {
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  let left = from,
    right = g.spare;
  for (let p = from; p < to; p += 16) {
    const e = v128.load(p);
    const goes = goesLeft(g, <usize>load<u32>(p), cut);
    v128.store(left, e);
    v128.store(right, e);
    left += goes << 4;
    right += (1 - goes) << 4;
  }
  moveRight(left, g.spare, to - left);
  return <i32>((left - from) >> 4);
}

function moveRight(to: usize, from: usize, bytes: usize): void {
  if (bytes < 256) copyWords(to, from, bytes);
  else memory.copy(to, from, bytes);
}
