import { CONTROL_BYTES } from '../team/rendezvous.js';

/** Rows whose kernel values are computed in one step: their features stay in the second-level cache. */
export const BATCH_ROWS = 64;

/** What a kernel-row engine must hold. */
export interface KernelRowsShape {
  readonly rows: number;
  readonly cols: number;
  /** Most variables of a working set; 0 for an engine that only predicts. */
  readonly workingSet: number;
  /** Bytes for cached kernel rows; the engine takes as many as `BATCH_ROWS + workingSet` rows need if that is more. */
  readonly cacheBytes: number;
  readonly threads: number;
}

const MOST_BYTES = 2 ** 32 - 2 ** 16;
/** The kernels keep constants of their own below this address. */
const FIRST_ADDRESS = 1 << 16;

/** Where everything lies: byte addresses in one memory shared by all threads. */
export interface KernelRowsLayout {
  readonly shape: KernelRowsShape;
  readonly control: number;
  readonly command: number;
  /** Row-major `rows x cols`, f32, and the rows' squared norms. */
  readonly x: number;
  readonly xNorms: number;
  /** The active rows in panels of 8, their squared norms, and one f64 sum each. */
  readonly panels: number;
  readonly norms: number;
  readonly sums: number;
  readonly list: number;
  /** A batch of rows (i32) whose kernel values are computed, in panels of 4, and where the values go (u32 addresses). */
  readonly batchList: number;
  readonly batch: number;
  readonly batchNorms: number;
  readonly addresses: number;
  /** The working set: columns (i32), changes, kernel square (f32), and b, g, low, high (f64). */
  readonly columns: number;
  readonly deltas: number;
  readonly square: number;
  readonly variables: number;
  readonly cache: number;
  readonly cacheBytes: number;
  readonly bytes: number;
}

/** Bytes of a kernel row over `columns` active rows: whole panels. */
export const rowBytes = (columns: number) => Math.ceil(columns / 8) * 32;

/** Lays out the memory. Throws RangeError with the estimate when it is more than 4 GB. */
export function layOutKernelRows(shape: KernelRowsShape): KernelRowsLayout {
  const { rows, cols, workingSet } = shape;
  let top = FIRST_ADDRESS;
  const take = (bytes: number): number => {
    const at = top;
    top += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const packed = Math.ceil(rows / 8) * 8;
  const least = (BATCH_ROWS + workingSet) * rowBytes(rows);
  const most = rows * rowBytes(rows);
  const cacheBytes = Math.max(least, Math.min(shape.cacheBytes, most));
  const addresses = Math.max(BATCH_ROWS, workingSet);
  const layout = {
    shape,
    cacheBytes,
    control: take(CONTROL_BYTES),
    command: take(128),
    x: take(rows * cols * 4),
    xNorms: take(rows * 4),
    panels: take(packed * cols * 4),
    norms: take(packed * 4),
    sums: take(packed * 8),
    list: take(packed * 4),
    batchList: take(BATCH_ROWS * 4),
    batch: take(BATCH_ROWS * cols * 4),
    batchNorms: take(BATCH_ROWS * 4),
    addresses: take(addresses * 4),
    columns: take(addresses * 4),
    deltas: take(addresses * 8),
    square: take(workingSet * workingSet * 4),
    variables: take(workingSet * 32 + 64),
    cache: take(cacheBytes),
  };
  if (!(top <= MOST_BYTES)) {
    throw new RangeError(
      `${rows} rows x ${cols} features with ${(cacheBytes / 1e6).toFixed(0)} MB of kernel rows need ${(top / 1e9).toFixed(1)} GB, and 4.2 GB is the most`,
    );
  }
  return { ...layout, bytes: top };
}
