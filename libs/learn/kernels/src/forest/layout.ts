import { CONTROL_BYTES } from '../team/rendezvous.js';
import { GROWTH_BYTES } from './growth-record.js';

/** What impurity is and how statistics are held: see src/assembly/forest/growth.ts. */
export const FOREST_KIND = { counts: 0, gini: 1, entropy: 2, squares: 3 } as const;
export type ForestKind = keyof typeof FOREST_KIND;

/** How trees are grown; names and meanings are those of scikit-learn. */
export interface ForestSettings {
  /** `counts` is `gini` for up to MOST_COUNTED classes and rows, without weights. */
  readonly kind: ForestKind;
  /** 0 for regression. */
  readonly classes: number;
  readonly maxFeatures: number;
  /** 0 for no limit. */
  readonly maxDepth: number;
  readonly minSamplesSplit: number;
  readonly minSamplesLeaf: number;
  readonly minImpurityDecrease: number;
  /** Draws of each bootstrap sample; 0 takes every row once. */
  readonly draws: number;
  readonly randomThresholds: boolean;
  /** Weighs the classes of each sample inversely to their frequency in it. */
  readonly balancedSubsample: boolean;
}

export interface ForestShape extends ForestSettings {
  readonly rows: number;
  readonly features: number;
  readonly trees: number;
  readonly threads: number;
  /** Rows that cuts are chosen from. */
  readonly sampleRows: number;
}

/** Words of a thread's list of finished trees: the number of trees, then four for each. */
export const MOST_FINISHED = 250;
const LIST_BYTES = 4 * (4 + 4 * MOST_FINISHED);
export const NODE_BYTES = 32;
/** What `counts` can hold. */
export const MOST_COUNTED = { classes: 16, rows: 2 ** 24 - 1 } as const;
/** Pending nodes: no more than log2(rows) + 2. */
const MOST_PENDING = 64;
/** A block stays in the cache of a core: bytes, and rows. */
const BLOCK_BYTES = 2 ** 19;
const MOST_STAGING = 4e6;
/** What a thread needs to rank a node's codes. */
const RANK_BYTES = 1024;
/** Bytes of a class while `counts` are scanned. */
const SCAN_BYTES = 64;
const MOST_BYTES = 65_535 * 65_536;
const FIRST_ADDRESS = 65_536;

/** Where everything lies, in bytes from the start of the memory. Arrays of a thread come `threads` times. */
export type ForestLayout = ReturnType<typeof layOutForest>;

/** Of how many parts a bin has at most, the logarithm: few rows need not be told apart as finely as many. */
function partBitsFor(rows: number): number {
  return rows < 256 ? 0 : rows < 4096 ? 2 : 4;
}

/** Lays out the memory. Throws RangeError when the shape needs more than 4 GB. */
export function layOutForest(shape: ForestShape) {
  const { rows, features, kind, classes, draws, maxDepth, trees, threads } = shape;
  let top = FIRST_ADDRESS;
  const take = (bytes: number): number => {
    const at = top;
    top += Math.ceil(bytes / 1024) * 1024;
    return at;
  };
  const takeForThreads = (bytes: number): number[] => Array.from({ length: threads }, () => take(bytes));
  const counts = kind === 'counts';
  const randomCounts = counts && shape.randomThresholds;
  const statisticBytes = counts ? classes * SCAN_BYTES : kind === 'squares' ? 16 : classes * 8;
  const histogramBytes = counts ? (Math.max(classes, 3) + 1) * 1024 : 256 * statisticBytes;
  const entryBytes = counts ? 4 : 16;
  const partBits = partBitsFor(rows);
  const valueBytes = features * 1024 * 2 ** partBits;
  const sampled = draws === 0 ? rows : Math.min(rows, draws);
  const blockRows = Math.min(sampled, Math.floor(BLOCK_BYTES / (2 * features)));
  const deepest = maxDepth > 0 && maxDepth < 30 ? 2 ** (maxDepth + 1) : Number.POSITIVE_INFINITY;
  /** The most of one tree. */
  const treeNodes = Math.min(2 * sampled, deepest);
  const treeVectors = Math.min(Math.ceil(sampled / 2) + 1, treeNodes);
  const staging = Math.max(features * 4, Math.min(MOST_STAGING, features * rows * 4));
  /** Columns are sorted where codes will be. */
  const sortBytes = Math.max(shape.sampleRows * 8, rows * features * 3);
  const layout = {
    ...{
      shape,
      treeNodes,
      treeVectors,
      partBits,
      blockRows,
      randomCounts,
      histogramBytes,
      statisticBytes,
      stagingBytes: staging,
      sortBytes,
    },
    control: take(CONTROL_BYTES),
    command: take(64),
    /** Trees that have been begun (i32). */
    begun: take(64),
    seeds: take(trees * 4),
    lists: takeForThreads(LIST_BYTES),
    growths: takeForThreads(GROWTH_BYTES),
    bins: take(features * 4),
    present: take(features * 4),
    cuts: take(features * 1024),
    lows: take(valueBytes),
    highs: take(valueBytes),
    middles: take(randomCounts ? valueBytes : 0),
    targets: take(rows * 8),
    weights: take(counts ? 0 : rows * 8),
    byRow: take(rows * features * 2),
    byColumn: take(sortBytes - rows * features * 2),
    sortCounts: takeForThreads(8192),
    entries: takeForThreads(sampled * entryBytes + 64),
    spare: takeForThreads(Math.max(sampled * entryBytes, rows * 4, features) + 64),
    codes: takeForThreads(Math.max(RANK_BYTES, sampled * 2 + 64)),
    block: takeForThreads((blockRows + 8) * features * 2),
    blockValues: takeForThreads(randomCounts ? (blockRows + 8) * features * 4 : 0),
    histogram: takeForThreads(histogramBytes),
    counts: takeForThreads(1024),
    occupied: takeForThreads(512),
    statistics: takeForThreads(4 * statisticBytes),
    order: takeForThreads(features * 4),
    stack: takeForThreads(MOST_PENDING * (16 + classes * 8)),
    nodes: takeForThreads(2 * treeNodes * NODE_BYTES),
    vectors: takeForThreads(2 * treeVectors * classes * 4),
    sample: take(rows * 4),
    staging: take(staging),
  };
  if (!(top <= MOST_BYTES)) {
    const size = (top / 1e9).toFixed(1);
    throw new RangeError(`${rows} rows x ${features} features need ${size} GB, and 4.2 GB is the most`);
  }
  return { ...layout, bytes: top };
}
