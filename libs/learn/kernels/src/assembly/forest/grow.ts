import { isWhole, locateCodes } from './block';
import { scoreBins } from './counts/bins';
import { FEW, listDraws, scoreFew } from './counts/few';
import { onlyClass, weighNode } from './counts/node';
import { scoreRandomBin } from './counts/random-bins';
import { scoreRandomValue } from './counts/random-values';
import { COUNTS, draw, Growth, SQUARES } from './growth';
import { accumulate } from './histogram';
import { writeLeaf } from './leaf';
import { pop, push } from './pending';
import { listEntries, sampleRows } from './sample';
import { scan } from './scan';
import { split } from './split';
import { classStatistics, sameTarget, squareStatistics } from './statistics';

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
  g.blockStart = g.blockEnd = 0;
  push(g, 0, n, 0, 0, g.left);
}

/** Grows the tree until some `budget` rows have been looked at; returns how many were. It is done when nothing is pending. */
export function growTree(growth: usize, budget: i32): i32 {
  const g = changetype<Growth>(growth);
  let used = 0;
  while (used < budget) {
    if (g.current < 0) {
      if (g.pending == 0) break;
      begin(g);
      used += g.count;
      if (isLeaf(g)) {
        writeLeaf(g);
        continue;
      }
      locateCodes(g);
    }
    while (g.visited < g.features && (g.visited < g.maxFeatures || g.bestFeature < 0) && used < budget) {
      judge(g, drawFeature(g));
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

function begin(g: Growth): void {
  pop(g);
  g.visited = 0;
  g.bestFeature = -1;
  g.bestScore = -Infinity;
  if (g.kind == COUNTS) {
    weighNode(g);
    if (g.random == 0 && g.count <= FEW) listDraws(g);
  } else if (g.kind == SQUARES) squareStatistics(g);
  else classStatistics(g);
  if (g.treeWeight == 0) g.treeWeight = g.weight;
}

function isLeaf(g: Growth): bool {
  if (g.count < g.minSamplesSplit || g.count < 2 * g.minSamplesLeaf) return true;
  if (g.maxDepth > 0 && g.depth >= g.maxDepth) return true;
  return g.kind == COUNTS ? onlyClass(g) >= 0 : sameTarget(g) >= 0;
}

/** Looks for the feature's best split; keeps it when it is better than the best so far. */
function judge(g: Growth, feature: i32): void {
  if (g.kind != COUNTS) scan(g, feature, accumulate(g, feature));
  else if (g.random == 0) {
    if (g.count <= FEW) scoreFew(g, feature);
    else scoreBins(g, feature);
  } else if (isWhole(g)) scoreRandomBin(g, feature);
  else scoreRandomValue(g, feature);
}
