import { CONTROL_BYTES } from '../team/rendezvous.js';

/** What a log-loss engine must hold. */
export interface LogLossShape {
  /** Training rows, then validation rows. */
  readonly rows: number;
  readonly features: number;
  /** Scores a row: 1 (the log-odds of class 1) or the number of classes. */
  readonly outputs: number;
  /** Products in f32 with f64 sums of blocks, or everything in f64. */
  readonly precision: 'single' | 'double';
  readonly threads: number;
}

/** Rows whose gradients are summed in single precision before they go to double precision. */
export const BLOCK_ROWS = 256;
/** Block b adds to sums b modulo this, so that no sum depends on the number of threads. */
const MOST_CHUNKS = 16;
const MOST_SUM_BYTES = 128 << 20;
/** Rows of one kernel call: they stay in the first-level cache from the scores to the gradients. */
const CACHE_BYTES = 24 << 10;
const MOST_BYTES = 2 ** 32 - 2 ** 16;
/** The kernels keep constants of their own below this address. */
const FIRST_ADDRESS = 1 << 16;

/** Byte addresses in one memory shared by all threads, and the sizes derived from the shape. */
export interface LogLossLayout {
  readonly shape: LogLossShape;
  /** Floats from one row of x to the next: the features rounded up to a multiple of 8. */
  readonly stride: number;
  readonly chunks: number;
  /** Rows of a kernel call, a multiple of 4. */
  readonly callRows: number;
  readonly control: number;
  readonly command: number;
  readonly labels: number;
  readonly weights: number;
  readonly w: number;
  readonly bias: number;
  /** A chunk: outputs x stride gradients, a sum of residuals an output, the loss; f64. */
  readonly sums: number;
  readonly sumDoubles: number;
  /** A thread: planes of scores, one float a row, f32 gradients. */
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly x: number;
  readonly bytes: number;
}

/** Lays out the memory. Throws RangeError when the shape needs more than 4 GB. */
export function layOutLogLoss(shape: LogLossShape): LogLossLayout {
  const { rows, features, outputs, precision, threads } = shape;
  let top = FIRST_ADDRESS;
  const take = (bytes: number): number => {
    const at = top;
    top += Math.ceil(bytes / 1024) * 1024;
    return at;
  };
  const word = precision === 'single' ? 4 : 8;
  const stride = Math.max(8, Math.ceil(features / 8) * 8);
  const callRows = Math.max(8, Math.min(64, Math.floor(CACHE_BYTES / (stride * 4) / 4) * 4));
  const sumDoubles = outputs * (stride + 1) + 1;
  const chunks = Math.max(1, Math.min(MOST_CHUNKS, Math.floor(MOST_SUM_BYTES / (sumDoubles * 8))));
  const scratchBytes = Math.ceil((outputs * (callRows + stride) * word + callRows * 4) / 64) * 64;
  const layout = {
    ...{ shape, stride, chunks, callRows, sumDoubles, scratchBytes },
    control: take(CONTROL_BYTES),
    command: take(64),
    labels: take((rows + 4) * 4),
    weights: take((rows + 4) * word),
    w: take(outputs * stride * word),
    bias: take(outputs * word),
    sums: take(chunks * sumDoubles * 8),
    scratch: take(threads * scratchBytes),
    x: take((rows + 4) * stride * 4),
  };
  if (!(top <= MOST_BYTES)) {
    throw new RangeError(
      `${rows} rows x ${features} features with ${outputs} outputs need ${(top / 1e9).toFixed(1)} GB, and 4.2 GB is the most`,
    );
  }
  return { ...layout, bytes: top };
}
