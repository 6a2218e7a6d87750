import { CONTROL_BYTES } from '../team/rendezvous.js';
import { WIDEST_PASS } from './kernels.js';

/** What a boosting engine must hold. */
export interface EngineShape {
  readonly rows: number;
  readonly features: number;
  /** Trees grown in each round: classes, or 1. */
  readonly outputs: number;
  /** Most leaves of a tree. */
  readonly leaves: number;
  /** f64 histograms instead of quantised ones. */
  readonly exact: boolean;
  /** Most bins of a feature, that of missing values included; 256 when left out. Above 256, bins take two bytes. */
  readonly mostBins?: number;
  /** Which features hold categories. */
  readonly categorical: readonly boolean[];
  readonly threads: number;
  /** Rows that `sortColumns` takes at once. */
  readonly sampleRows: number;
  /** Most bytes of bins that are kept column by column as well; 128 MiB when left out. */
  readonly mostColumnBytes?: number;
}

/** Rows whose losses are summed together: sums must not depend on the number of threads. */
export const BLOCK_ROWS = 4096;
/** Sums (f64) kept for each block. */
export const BLOCK_WORDS = 4;
/** Most outputs whose gradient pairs are held at once. */
const MOST_PLACES = 4;
/** Histograms of shares of the rows that a thread holds at once: of the roots of several outputs' trees, or of two leaves. */
export const PARTIALS = MOST_PLACES;
/** Bytes of one thread's best split of one leaf. */
export const BEST_BYTES = 128;
/** Most byte columns of a panel: the rows of a chunk and a panel's accumulators fit the second-level cache together. */
const WIDEST_PANEL = 96;
export const SCRATCH_BYTES = 8192;
export const COMMAND_WORDS = 64;

const MOST_STAGING = 8 << 20;
/** From this size on, bins are kept row by row only. */
const LARGE_BINS = 128 << 20;
const MOST_HISTOGRAM_BYTES = 1 << 30;
const MOST_BYTES = 2 ** 32 - 2 ** 16;
/** The kernels keep constants of their own (tables of exp and log) below this address. */
const FIRST_ADDRESS = 1 << 16;

/** Where everything lies: byte addresses in one memory shared by all threads, and the sizes derived from the shape. */
export interface Layout {
  readonly shape: EngineShape;
  /** The features rounded up to a multiple of 4. */
  readonly stride: number;
  /** The byte columns of bins, a multiple of 4: `stride`, or fewer where features are bundled. */
  readonly columns: number;
  /** Cells of a feature's histogram: 256, or a higher power of two. */
  readonly cells: number;
  readonly binBytes: number;
  /** All byte columns are one panel, of which several threads build the histograms together, each of a share of the rows. */
  readonly narrow: boolean;
  /** Byte columns that lie side by side in `byRow`: one panel of all rows after the other, each of one thread. */
  readonly panelColumns: number;
  /** Bytes from one row of a panel to the next. */
  readonly rowBytes: number;
  /** Bytes from one panel to the next. */
  readonly panelBytes: number;
  readonly cellBytes: number;
  /** Bytes of one leaf's histogram. */
  readonly histogramBytes: number;
  /** How many leaves' histograms are held at once. */
  readonly slots: number;
  /** Histograms of the roots of several outputs' trees, built in one pass over the rows; they lie behind the slots. */
  readonly roots: number;
  readonly accumulatorBytes: number;
  /** How many outputs' gradient pairs are held at once. */
  readonly places: number;
  readonly control: number;
  readonly command: number;
  readonly best: number;
  readonly goesLeft: number;
  readonly cuts: number;
  readonly bins: number;
  readonly maskedBins: number;
  /** Where each feature lies in its byte column, once features are bundled. */
  readonly bundles: number;
  readonly monotone: number;
  readonly masks: number;
  readonly labels: number;
  readonly weights: number;
  readonly scores: number;
  readonly norms: number;
  readonly pairs: number;
  readonly packed: number;
  /** Packed pairs of four outputs side by side; 0 when only one is grown. */
  readonly shared: number;
  readonly activeRows: number;
  readonly order: number;
  readonly spare: number;
  readonly segments: number;
  readonly blocks: number;
  readonly leafSums: number;
  readonly accumulators: number;
  /** Where threads that share the rows put the histograms of their shares: PARTIALS of each thread, one thread's after the other's. */
  readonly partials: number;
  readonly scratch: number;
  readonly byRow: number;
  /** Bins column by column, where parting rows reads fastest; 0 when there is no room. */
  readonly byColumn: number;
  readonly histograms: number;
  /** Which of the histograms each slot, then each root, is. */
  readonly slotTable: number;
  readonly staging: number;
  readonly stagingBytes: number;
  readonly bytes: number;
}

/** The layout once features share `columns` byte columns: panels stay where they are, and get narrower. */
export function bundledLayout(layout: Layout, columns: number): Layout {
  const padded = Math.ceil(columns / 4) * 4;
  const panels = Math.ceil(layout.columns / layout.panelColumns);
  const panelColumns = 4 * Math.ceil(padded / 4 / panels);
  const histogramBytes = padded * layout.cells * layout.cellBytes;
  return { ...layout, columns: padded, panelColumns, rowBytes: panelColumns * layout.binBytes, histogramBytes };
}

/** Where the bins of a byte column begin in `byRow`. */
export function columnAddress({ byRow, binBytes, panelColumns, panelBytes }: Layout, column: number): number {
  const panel = Math.floor(column / panelColumns);
  return byRow + panel * panelBytes + (column - panel * panelColumns) * binBytes;
}

/** Lays out the memory. Throws RangeError when the shape needs more than 4 GB. */
export function layOut(shape: EngineShape): Layout {
  const { rows, features, outputs, leaves, exact, threads, sampleRows } = shape;
  let top = FIRST_ADDRESS;
  const take = (bytes: number): number => {
    const at = top;
    top += Math.ceil(bytes / 1024) * 1024;
    return at;
  };
  const stride = Math.ceil(features / 4) * 4;
  const cellBytes = exact ? 16 : 8;
  const cells = 2 ** Math.ceil(Math.log2(Math.max(256, shape.mostBins ?? 256)));
  const binBytes = cells > 256 ? 2 : 1;
  const units = stride / 4;
  const narrow = threads > 1 && !exact && binBytes === 1 && stride <= WIDEST_PASS;
  const panels = narrow ? 1 : threads * Math.ceil((4 * units) / (WIDEST_PANEL * threads));
  const panelColumns = 4 * Math.ceil(units / panels);
  const rowBytes = panelColumns * binBytes;
  const panelBytes = rows * rowBytes;
  const histogramBytes = stride * cells * cellBytes;
  const places = Math.min(outputs, MOST_PLACES);
  const roots = exact || places === 1 || binBytes > 1 ? 0 : places;
  const accumulatorBytes = 256 * Math.max(panelColumns * 4, roots > 0 ? WIDEST_PASS * 16 : 0);
  const slots = Math.min(leaves, Math.max(3, Math.floor(MOST_HISTOGRAM_BYTES / histogramBytes)));
  const stagingBytes = Math.max(sampleRows * 8, features * 4 * 256, Math.min(MOST_STAGING, features * sampleRows * 8));
  const layout = {
    ...{
      shape,
      stride,
      columns: stride,
      cells,
      binBytes,
      narrow,
      panelColumns,
      rowBytes,
      panelBytes,
      cellBytes,
      histogramBytes,
      slots,
      stagingBytes,
      places,
      roots,
      accumulatorBytes,
    },
    control: take(CONTROL_BYTES),
    command: take(COMMAND_WORDS * 8),
    best: take(threads * 2 * BEST_BYTES),
    goesLeft: take(cells),
    cuts: take(features * cells * 4),
    bins: take(stride * 4),
    maskedBins: take(stride * 8),
    bundles: take(stride * 16),
    monotone: take(features),
    masks: take(features * 2),
    labels: take(rows * 4),
    weights: take(rows * 4),
    scores: take(rows * outputs * 4),
    norms: take(rows * 4),
    pairs: take(rows * 8 * places),
    packed: take(exact ? 0 : rows * 4 * places),
    shared: roots > 0 ? take(rows * 16) : 0,
    activeRows: take(rows * 4),
    order: take(rows * 4),
    spare: take(rows * 4),
    segments: take(leaves * threads * 8),
    blocks: take(Math.ceil(rows / BLOCK_ROWS) * BLOCK_WORDS * 8 * places),
    leafSums: take(leaves * 16),
    accumulators: take(threads * accumulatorBytes),
    partials: take(narrow ? threads * PARTIALS * histogramBytes : 0),
    scratch: take(threads * SCRATCH_BYTES),
    byRow: take(Math.ceil(stride / panelColumns) * panelBytes + 64),
    byColumn: rows * features * binBytes > (shape.mostColumnBytes ?? LARGE_BINS) ? 0 : take(rows * features * binBytes),
    slotTable: take((slots + roots) * 4),
    // Values are staged before there is any histogram.
    staging: top,
    histograms: take(Math.max(stagingBytes, (slots + roots) * histogramBytes)),
  };
  if (!(top <= MOST_BYTES)) {
    throw new RangeError(
      `${rows} rows x ${features} features need ${(top / 1e9).toFixed(1)} GB, and 4.2 GB is the most`,
    );
  }
  return { ...layout, bytes: top };
}
