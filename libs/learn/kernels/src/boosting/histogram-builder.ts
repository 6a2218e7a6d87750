import { Segments } from '../team/segments.js';
import { shareOf } from '../team/share.js';
import { type BoostingKernels, type HistogramKernel, WIDEST_PASS } from './kernels.js';
import { columnAddress, type Layout, PARTIALS } from './layout.js';

/** Under this many rows the 32 | 32 kernel is quicker than filling and flushing 16 | 16 accumulators. */
const FEW_ROWS = 1000;
/** Rows that all passes of a panel take before the next: the second pass then finds them in the second-level cache. */
const CHUNK_ROWS = 2047;
/** From this many rows on it pays that threads share the rows of a narrow layout: each reads its rows once for all columns. */
const SHARED_ROWS = 4096;
/** Places of rows in a leaf: [first, end). */
type Ranks = readonly [first: number, end: number];
const ALL: Ranks = [0, Number.POSITIVE_INFINITY];

/** Byte columns that one kernel call takes: their accumulators fit the first-level cache. */
interface Pass {
  readonly from: number;
  readonly to: number;
  readonly kernels: Readonly<Record<'packed' | 'shared' | 'wide' | 'exact', HistogramKernel>>;
}

/** Byte columns [from, to) that lie side by side, and the address of their bins. */
export interface Panel {
  readonly from: number;
  readonly to: number;
  readonly bins: number;
  readonly passes: readonly Pass[];
}

/** Where the pairs of a tree are, and how many rows 16 | 16 accumulators take before one may overflow (0: pairs too fine). */
export interface PairSource {
  readonly place: number;
  readonly limit: number;
}

/** Builds the histograms of one thread's panels, or of its share of the rows. */
export class HistogramBuilder {
  readonly panels: readonly Panel[];
  private readonly words: Int32Array;
  private readonly segments: Segments;
  private readonly accumulator: number;
  /** All byte columns, when they are one panel. */
  private readonly whole: Panel;

  constructor(
    private readonly kernels: BoostingKernels,
    private readonly layout: Layout,
    memory: WebAssembly.Memory,
    private readonly thread: number,
    /** Byte columns, beginning and ending with a panel. */
    from: number,
    to: number,
  ) {
    this.words = new Int32Array(memory.buffer);
    this.segments = new Segments(layout, memory);
    this.accumulator = layout.accumulators + thread * layout.accumulatorBytes;
    const { panelColumns } = layout;
    this.panels = Array.from({ length: Math.ceil((to - from) / panelColumns) }, (_, i) =>
      this.panel(from + i * panelColumns, Math.min(to, from + (i + 1) * panelColumns)),
    );
    this.whole = this.panel(0, Math.min(layout.columns, panelColumns));
  }

  /** Whether threads build the histograms of so many rows together, by `buildShare`, a barrier and `merge`. */
  sharesRows(rows: number, limit: number): boolean {
    return this.layout.narrow && limit > 0 && rows >= SHARED_ROWS;
  }

  /** This thread's share of a leaf of `rows` rows: histograms of all columns, into partial number `partial`. */
  buildShare(leaf: number, partial: number, rows: number, { place, limit }: PairSource): void {
    const pairs = this.layout.packed + place * this.layout.shape.rows * 4;
    this.addPacked(this.whole, leaf, pairs, this.partial(this.thread, partial), limit, this.share(rows));
  }

  /** The same for the roots of `count` outputs' trees, into partials 0 to count - 1. */
  buildRootShares(count: number, rows: number, limit: number): void {
    this.addShared(this.whole, count, limit, this.share(rows), (place) => this.partial(this.thread, place));
  }

  /** Once all threads have built their shares: sums them for a panel of this thread's columns, into a slot. */
  merge({ from, to }: Panel, partial: number, slot: number): void {
    const { cells, cellBytes, histogramBytes, shape } = this.layout;
    const first = this.partial(0, partial) + from * cells * cellBytes;
    const bytes = (to - from) * cells * cellBytes;
    this.kernels.mergePacked(first, PARTIALS * histogramBytes, shape.threads, this.histogram(slot, from), bytes);
  }

  /** Histograms of a panel over a leaf of `rows` rows, into a slot. */
  build(panel: Panel, leaf: number, slot: number, rows: number, { place, limit }: PairSource): void {
    const { shape, packed, pairs, binBytes } = this.layout;
    const out = this.histogram(slot, panel.from);
    if (shape.exact) this.add(panel, leaf, pairs + place * shape.rows * 8, out);
    else if (limit > 0 && rows >= FEW_ROWS && binBytes === 1)
      this.addPacked(panel, leaf, packed + place * shape.rows * 4, out, limit, ALL);
    else this.add(panel, leaf, packed + place * shape.rows * 4, out);
  }

  /** Histograms of the roots of `count` outputs' trees, over all active rows, behind the slots. */
  buildRoots(panel: Panel, count: number, limit: number): void {
    this.addShared(panel, count, limit, ALL, (place) => this.histogram(this.layout.slots + place, panel.from));
  }

  /** large -= small, turning the parent's histograms into the larger child's. */
  subtract({ from, to }: Panel, large: number, small: number): void {
    const bytes = (to - from) * this.layout.cells * this.layout.cellBytes;
    const subtract = this.layout.shape.exact ? this.kernels.subtractExact : this.kernels.subtractPacked;
    subtract(this.histogram(large, from), this.histogram(small, from), bytes);
  }

  /** Address of a feature's histogram in a slot. */
  histogram(slot: number, feature: number): number {
    const { histograms, histogramBytes, cells, cellBytes } = this.layout;
    return histograms + this.index(slot) * histogramBytes + feature * cells * cellBytes;
  }

  /** Adds pairs to the histograms themselves. */
  private add(panel: Panel, leaf: number, pairs: number, out: number): void {
    const { cells, cellBytes, rowBytes, binBytes, shape } = this.layout;
    this.kernels.clear(out, (panel.to - panel.from) * cells * cellBytes);
    this.eachChunk(leaf, ALL, CHUNK_ROWS, (rows, n) => {
      if (binBytes > 1) {
        const add = shape.exact ? this.kernels.addExact16 : this.kernels.addPacked16;
        add(rows, n, pairs, panel.bins, rowBytes, out, panel.to - panel.from, cells);
        return;
      }
      for (const { from, kernels } of panel.passes) {
        const kernel = shape.exact ? kernels.exact : kernels.wide;
        const at = from - panel.from;
        kernel(rows, n, pairs, panel.bins + at, rowBytes, out + at * 256 * cellBytes);
      }
    });
  }

  /** Adds coarse pairs to accumulators, and these to the histograms. */
  private addPacked(panel: Panel, leaf: number, pairs: number, out: number, limit: number, ranks: Ranks): void {
    const { rowBytes } = this.layout;
    const { accumulator } = this;
    this.fill(
      ...([leaf, ranks, limit] as const),
      (rows, n) => {
        for (const { from, kernels } of panel.passes) {
          const at = from - panel.from;
          kernels.packed(rows, n, pairs, panel.bins + at, rowBytes, accumulator + at * 1024);
        }
      },
      (first) => this.kernels.flushPacked(accumulator, out, (panel.to - panel.from) * 256, first),
    );
  }

  /** Adds the coarse pairs of several outputs to accumulators, and these to the histograms of a panel at `outOf` an output. */
  private addShared(panel: Panel, count: number, limit: number, ranks: Ranks, outOf: (place: number) => number): void {
    const { rowBytes, shared, accumulatorBytes, cells, cellBytes } = this.layout;
    for (const pass of panel.passes) {
      const at = pass.from - panel.from;
      this.fill(
        ...([0, ranks, limit] as const),
        (rows, n) => pass.kernels.shared(rows, n, shared, panel.bins + at, rowBytes, this.accumulator),
        (first) => {
          for (let place = 0; place < count; place++) {
            const out = outOf(place) + at * cells * cellBytes;
            this.kernels.flushShared(this.accumulator + place * 4, out, (pass.to - pass.from) * 256, first);
          }
          this.kernels.clear(this.accumulator, accumulatorBytes);
        },
      );
    }
  }

  /** Adds some of a leaf's rows to accumulators, which are flushed before one can overflow: after `limit` rows at most. `first` is 1 once. */
  private fill(
    leaf: number,
    ranks: Ranks,
    limit: number,
    add: (rows: number, n: number) => void,
    flush: (first: number) => void,
  ): void {
    let [filled, first] = [0, 1];
    this.eachChunk(leaf, ranks, Math.min(limit, CHUNK_ROWS), (rows, n) => {
      if (filled + n > limit) {
        flush(first);
        [filled, first] = [0, 0];
      }
      add(rows, n);
      filled += n;
    });
    if (filled > 0 || first === 1) flush(first);
  }

  /** The leaf's rows of these ranks, all threads' parts one after the other, at most `most` at a time. */
  private eachChunk(leaf: number, [from, to]: Ranks, most: number, visit: (rows: number, n: number) => void): void {
    const { order, shape } = this.layout;
    for (let t = 0, rank = 0; t < shape.threads; t++) {
      const [first, n] = [this.segments.start(leaf, t), this.segments.count(leaf, t)];
      const end = first + Math.min(n, to - rank);
      for (let start = first + Math.max(0, from - rank); start < end; start += most) {
        visit(order + start * 4, Math.min(most, end - start));
      }
      rank += n;
    }
  }

  private share(rows: number): Ranks {
    return shareOf(rows, this.thread, this.layout.shape.threads);
  }

  private partial(thread: number, partial: number): number {
    return this.layout.partials + (thread * PARTIALS + partial) * this.layout.histogramBytes;
  }

  private panel(from: number, to: number): Panel {
    return { from, to, bins: columnAddress(this.layout, from), passes: this.passesOf(from, to) };
  }

  private passesOf(from: number, to: number): Pass[] {
    const units = (to - from) / 4;
    const passes = Math.ceil(units / (WIDEST_PASS / 4));
    return Array.from({ length: passes }, (_, i) => {
      const first = from + 4 * Math.floor((units * i) / passes);
      const end = from + 4 * Math.floor((units * (i + 1)) / passes);
      const kernel = (kind: keyof Pass['kernels']): HistogramKernel => this.kernels[`${kind}${end - first}`]!;
      const all = { packed: kernel('packed'), shared: kernel('shared'), wide: kernel('wide'), exact: kernel('exact') };
      return { from: first, to: end, kernels: all };
    });
  }

  private index(slot: number): number {
    return this.words[(this.layout.slotTable >>> 2) + slot]!;
  }
}
