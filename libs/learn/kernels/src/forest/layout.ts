import { CONTROL_BYTES } from '../team/rendezvous.js';
import { GROWTH_BYTES } from './growth-record.js';

/** What impurity is and how statistics are held: see src/assembly/forest/growth.ts. */
export const FOREST_KIND = { counts: 0, gini: 1, entropy: 2, squares: 3 } as const;
export type ForestKind = keyof typeof FOREST_KIND;

/** How trees are grown; names and meanings are those of scikit-learn. */
export interface ForestSettings {
  /** `counts` is `gini` for unweighted rows of two or three classes. */
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
/** Pending nodes: no more than log2(rows) + 2. */
const STACK_BYTES = 24 * 64;
const MOST_STAGING = 4e6;
/** What a thread needs to rank a node's values. */
const RANK_BYTES = 1024;
const MOST_BYTES = 65_535 * 65_536;
const FIRST_ADDRESS = 65_536;

/** Where everything lies, in bytes from the start of the memory. Arrays of a thread come `threads` times. */
export type ForestLayout = ReturnType<typeof layOutForest>;

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
  const statisticBytes = kind === 'counts' ? 8 : kind === 'squares' ? 16 : classes * 8;
  const entryBytes = kind === 'counts' ? 8 : 16;
  const sampled = draws === 0 ? rows : Math.min(rows, draws);
  const deepest = maxDepth > 0 && maxDepth < 30 ? 2 ** (maxDepth + 1) : Number.POSITIVE_INFINITY;
  /** The most of one tree. */
  const treeNodes = Math.min(2 * sampled, deepest);
  const treeVectors = Math.min(Math.ceil(sampled / 2) + 1, treeNodes);
  const staging = Math.max(shape.sampleRows * 8, Math.min(MOST_STAGING, features * rows * 8));
  const layout = {
    ...{ shape, treeNodes, treeVectors, stagingBytes: staging },
    control: take(CONTROL_BYTES),
    command: take(64),
    /** Trees that have been begun (i32). */
    begun: take(64),
    seeds: take(trees * 4),
    lists: takeForThreads(LIST_BYTES),
    growths: takeForThreads(GROWTH_BYTES),
    bins: take(features * 4),
    cuts: take(features * 1024),
    lows: take(features * 1024),
    highs: take(features * 1024),
    targets: take(rows * 8),
    weights: take(kind === 'counts' ? 0 : rows * 8),
    values: take(rows * features * 4),
    byColumn: take(rows * features),
    sortCounts: takeForThreads(8192),
    entries: takeForThreads(sampled * entryBytes + 64),
    spare: takeForThreads(Math.max(sampled * entryBytes, rows * 4, features) + 64),
    histogram: takeForThreads(256 * statisticBytes),
    counts: takeForThreads(1024),
    occupied: takeForThreads(512),
    ranks: takeForThreads(RANK_BYTES),
    statistics: takeForThreads(4 * statisticBytes),
    order: takeForThreads(features * 4),
    stack: takeForThreads(STACK_BYTES),
    nodes: takeForThreads(2 * treeNodes * NODE_BYTES),
    vectors: takeForThreads(2 * treeVectors * classes * 4),
    sample: take(rows * 4),
    staging: take(staging),
    statisticBytes,
  };
  if (!(top <= MOST_BYTES)) {
    const size = (top / 1e9).toFixed(1);
    throw new RangeError(`${rows} rows x ${features} features need ${size} GB, and 4.2 GB is the most`);
  }
  return { ...layout, bytes: top };
}
