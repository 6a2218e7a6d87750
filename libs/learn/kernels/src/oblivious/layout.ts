import { CONTROL_BYTES } from '../team/rendezvous.js';

/** What an engine of oblivious trees must hold. */
export interface ObliviousShape {
  readonly rows: number;
  /** Numeric features, which are binned here; they come first. */
  readonly numeric: number;
  /** All features, those included whose bins the caller makes. */
  readonly features: number;
  /** Scores a row: classes, or 1. */
  readonly outputs: number;
  /** Most levels of a tree, 1 to 16. */
  readonly depth: number;
  readonly threads: number;
  /** Rows that `sortColumns` takes at once. */
  readonly sampleRows: number;
}

/** Rows whose losses are summed together: sums must not depend on the number of threads. */
export const BLOCK_ROWS = 4096;
/** Sums (f64) kept for each block. */
export const BLOCK_WORDS = 4;
/** Bytes of one thread's best split. */
export const BEST_BYTES = 64;
export const SCRATCH_BYTES = 16_384;
export const COMMAND_WORDS = 32;
/** Entries of the table that normal random numbers are drawn from. */
export const QUANTILES = 4096;

const MOST_STAGING = 16 << 20;
const MOST_HISTOGRAM_BYTES = 1 << 29;
const MOST_PART_BYTES = 1 << 24;
const MOST_PARTS = 16;
const MOST_BYTES = 2 ** 32 - 2 ** 16;
/** The kernels keep constants of their own (tables of exp and log) below this address. */
const FIRST_ADDRESS = 1 << 16;

/** Where everything lies: byte addresses in one memory shared by all threads, and the sizes derived from the shape. */
export interface ObliviousLayout extends Readonly<Record<ArrayName, number>> {
  readonly shape: ObliviousShape;
  /** Rows rounded up to a multiple of 16: the length of a plane or column. */
  readonly plane: number;
  /** Bytes from one row of `byRow` to the next: the features rounded up to a multiple of 4. */
  readonly stride: number;
  /** Quads of a cell; 0 when a cell is a pair. */
  readonly quads: number;
  readonly cellBytes: number;
  /** Bytes of one leaf's histogram of one plane of quads (or of pairs). */
  readonly planeBytes: number;
  readonly histogramBytes: number;
  /** How many leaves' histograms are held at once. */
  readonly slots: number;
  /** Most f64 sums of a leaf. */
  readonly leafWords: number;
  /** Leaf sums are made in this many parts of the rows, whatever the threads. */
  readonly parts: number;
  readonly stagingBytes: number;
  readonly bytes: number;
}

type ArrayName =
  | (
      | 'control'
      | 'command'
      | 'best'
      | 'goesLeft'
      | 'cuts'
      | 'bins'
      | 'lowest'
      | 'oneHot'
      | 'monotone'
      | 'quantiles'
      | 'labels'
    )
  | ('weights' | 'draws' | 'scores' | 'trial' | 'gradients' | 'seconds' | 'steps' | 'order' | 'spare' | 'segments')
  | ('leaf' | 'leafValues' | 'leafParts' | 'blocks' | 'totals' | 'sums' | 'norms' | 'scratch' | 'byRow' | 'byColumn')
  | ('histograms' | 'staging');

/** Sums that Newton's method needs of a leaf: k gradients and a symmetric k x k Hessian. */
export const sumsOfLeaf = (outputs: number): number => (outputs === 1 ? 2 : outputs + (outputs * (outputs + 1)) / 2);

/** Lays out the memory. Throws RangeError, with what would be needed, when that is more than 4 GB. */
export function layOutOblivious(shape: ObliviousShape): ObliviousLayout {
  const { rows, numeric, features, outputs, depth, threads, sampleRows } = shape;
  let top = FIRST_ADDRESS;
  const take = (bytes: number): number => {
    const at = top;
    top += Math.ceil(bytes / 1024) * 1024;
    return at;
  };
  const plane = Math.ceil(rows / 16) * 16;
  const stride = Math.ceil(features / 4) * 4;
  const quads = outputs === 1 ? 0 : Math.ceil((outputs + 1) / 4);
  const cellBytes = quads === 0 ? 8 : 16;
  const planeBytes = stride * 256 * cellBytes;
  const histogramBytes = planeBytes * Math.max(1, quads);
  const slots = Math.max(1, Math.min(2 ** (depth - 1), Math.floor(MOST_HISTOGRAM_BYTES / histogramBytes)));
  const leafWords = sumsOfLeaf(outputs);
  const partBytes = 2 ** depth * leafWords * 8;
  const parts = Math.max(1, Math.min(MOST_PARTS, Math.floor(MOST_PART_BYTES / partBytes)));
  const stagingBytes = Math.max(
    sampleRows * 8,
    Math.max(1, numeric) * 4 * 256,
    Math.min(MOST_STAGING, numeric * sampleRows * 8),
  );
  const arrays: Record<ArrayName, number> = {
    control: take(CONTROL_BYTES),
    command: take(COMMAND_WORDS * 8),
    best: take(threads * BEST_BYTES),
    goesLeft: take(256),
    cuts: take(numeric * 1024),
    bins: take(stride * 4),
    lowest: take(stride * 4),
    oneHot: take(stride),
    monotone: take(stride),
    quantiles: take(QUANTILES * 4),
    labels: take(plane * 4),
    weights: take(plane * 4),
    draws: take(plane * 4),
    scores: take(plane * outputs * 4),
    trial: take(plane * outputs * 4),
    gradients: take(plane * outputs * 4),
    seconds: take(plane * outputs * 4),
    steps: take(quads === 0 ? plane * 8 : plane * 16 * quads),
    order: take(rows * 4 + 4),
    spare: take(rows * 4 + 4),
    segments: take(2 ** depth * threads * 8),
    leaf: take(plane * 2),
    leafValues: take(2 ** depth * outputs * 4),
    leafParts: take(parts * partBytes),
    blocks: take(Math.ceil(rows / BLOCK_ROWS) * BLOCK_WORDS * 8),
    totals: take(threads * Math.max(1, quads) * 16),
    sums: take(stride * 1024),
    norms: take(stride * 1024),
    scratch: take(threads * SCRATCH_BYTES),
    byRow: take(rows * stride + 64),
    byColumn: take(plane * features + 64),
    histograms: take(slots * histogramBytes),
    staging: take(stagingBytes),
  };
  if (!(top <= MOST_BYTES)) {
    throw new RangeError(
      `${rows} rows x ${features} features need ${(top / 1e9).toFixed(1)} GB, and 4.2 GB is the most`,
    );
  }
  const sizes = { plane, stride, quads, cellBytes, planeBytes, histogramBytes, slots, leafWords, parts, stagingBytes };
  return { shape, ...arrays, ...sizes, bytes: top };
}
