// Statistics of a node and of a bin: how they are held, and what a split is judged by.

// Weights of the classes as whole numbers, for rows without weights of their own, by Gini. Entries are sorted by class.
export const COUNTS: i32 = 0;
// A weight (f64) a class, by Gini or by entropy.
export const GINI: i32 = 1;
export const ENTROPY: i32 = 2;
// Weight and weighted target (two f64), by squared error.
export const SQUARES: i32 = 3;

/** Direction of missing values at a split that saw none: the side of more rows. */
export const MISSING_UNSEEN: i32 = 2;

/** Settings of a forest and the state of the tree that one thread grows. kernels/src/forest/growth-record.ts writes it. */
export class Growth {
  kind: i32;
  rows: i32;
  features: i32;
  classes: i32;
  /** Features looked at a node. */
  maxFeatures: i32;
  maxDepth: i32;
  minSamplesSplit: i32;
  minSamplesLeaf: i32;
  /** Draws of a bootstrap sample; 0 to take every row once. */
  draws: i32;
  /** Random thresholds (Geurts, "Extremely randomized trees", 2006). */
  random: i32;
  /** Weighs the classes of each sample inversely to their frequency in it. */
  balanced: i32;
  /** A code is a bin and, in this many bits below it, a part of the bin; see codes.ts. */
  partBits: i32;
  /** u16 codes, row by row. */
  byRow: usize;
  /** u8 bins, column by column. */
  byColumn: usize;
  /** Bins of each feature (i32), the missing bin included. */
  bins: usize;
  /** Smallest and largest value of each code (f32), feature by feature. */
  lows: usize;
  highs: usize;
  /** The middle of these, for random splits of counts. */
  middles: usize;
  /** f64 a row: the class, or the centred target. */
  targets: usize;
  /** f64 a row. */
  weights: usize;
  /** One record of 4 or 16 bytes for each row in the sample, and as much again. */
  entries: usize;
  spare: usize;
  /** Codes of the node's rows in one feature, and ranks of few; see codes.ts and rank.ts. */
  codes: usize;
  /** Codes of the rows of a small part of the tree; see block.ts. */
  block: usize;
  /** The values that these codes stand for (f32), for random splits of counts. */
  blockValues: usize;
  /** Rows that have room there. */
  blockRows: i32;
  /** Statistics of the bins of one feature. */
  histogram: usize;
  /** Rows of each bin (u32). */
  counts: usize;
  /** Bins that are not empty, in order (u8). */
  occupied: usize;
  /** Statistics: of the node, left of a cut, of the best left side. */
  node: usize;
  left: usize;
  best: usize;
  /** Features in random order (u32). */
  order: usize;
  stack: usize;
  nodes: usize;
  vectors: usize;
  /** Smallest weighted impurity decrease of a split, as a share of the tree's weight. */
  minDecrease: f64;
  // Below is the state.
  seed: u32;
  pending: i32;
  nodeCount: i32;
  vectorCount: i32;
  /** The node whose features are being looked at; -1 between nodes. */
  current: i32;
  start: i32;
  count: i32;
  depth: i32;
  visited: i32;
  bestFeature: i32;
  /** Largest code that goes left. */
  bestCode: i32;
  bestMissingLeft: i32;
  /** The bins of the node are ranks of its own codes. */
  ranked: i32;
  bestScore: f64;
  weight: f64;
  parentScore: f64;
  treeWeight: f64;
  /** The threshold that was drawn for the best cut. */
  bestCut: f32;
  /** The entries whose codes are in the block; see block.ts. */
  blockStart: i32;
  blockEnd: i32;
  /** Where codes lie: of the first row and feature, and how many bytes on those of the next row and of the next feature are. */
  codesAt: usize;
  rowBytes: usize;
  featureBytes: usize;
}

/** The best split so far is this one: codes up to `code` go left. */
export function recordBest(g: Growth, score: f64, feature: i32, code: i32, missingLeft: i32): void {
  g.bestScore = score;
  g.bestFeature = feature;
  g.bestCode = code;
  g.bestMissingLeft = missingLeft;
}

/** A number from 0 to n - 1 (xorshift, Marsaglia 2003). */
export function draw(g: Growth, n: i32): i32 {
  let s = g.seed;
  s ^= s << 13;
  s ^= s >> 17;
  s ^= s << 5;
  g.seed = s;
  return <i32>((<u64>s * <u64>n) >> 32);
}

/** A number from 0 to 1. */
export function drawShare(g: Growth): f64 {
  return <f64>draw(g, 0x7fffffff) / <f64>0x7fffffff;
}
