import { type BoostingKernels, type HistogramKernel, WIDEST_PASS } from './kernels.js';
import type { Layout } from './layout.js';

/** Under this many rows the 32 | 32 kernel is quicker than filling and flushing 16 | 16 accumulators. */
const FEW_ROWS = 2000;

/** Features that one kernel call takes: what it leaves behind is still in the cache when the splits are scanned. */
export interface Pass {
  readonly from: number;
  readonly to: number;
  readonly kernels: Readonly<Record<'packed' | 'shared' | 'wide' | 'exact', HistogramKernel>>;
}

/** Where the pairs of a tree are, and how many rows 16 | 16 accumulators take before one may overflow (0: pairs too fine). */
export interface PairSource {
  readonly place: number;
  readonly limit: number;
}

/** Builds the histograms of one thread's features [from, to), both multiples of 4, pass by pass. */
export class HistogramBuilder {
  readonly passes: readonly Pass[];
  private readonly words: Int32Array;
  private readonly accumulator: number;

  constructor(
    private readonly kernels: BoostingKernels,
    private readonly layout: Layout,
    memory: WebAssembly.Memory,
    thread: number,
    from: number,
    to: number,
  ) {
    this.words = new Int32Array(memory.buffer);
    this.accumulator = layout.accumulators + thread * layout.accumulatorBytes;
    const units = (to - from) / 4;
    const passes = Math.ceil(units / (WIDEST_PASS / 4));
    this.passes = Array.from({ length: passes }, (_, i) => {
      const first = from + 4 * Math.floor((units * i) / passes);
      const end = from + 4 * Math.floor((units * (i + 1)) / passes);
      const kernel = (kind: keyof Pass['kernels']): HistogramKernel => kernels[`${kind}${end - first}`]!;
      const all = { packed: kernel('packed'), shared: kernel('shared'), wide: kernel('wide'), exact: kernel('exact') };
      return { from: first, to: end, kernels: all };
    });
  }

  /** Histograms of a pass's features over a leaf of `rows` rows, into a slot. */
  build(pass: Pass, leaf: number, slot: number, rows: number, { place, limit }: PairSource): void {
    const { layout } = this;
    const { shape, cellBytes } = layout;
    const out = this.histogram(slot, pass.from);
    if (!shape.exact && limit > 0 && rows >= FEW_ROWS && layout.binBytes === 1) {
      this.addPacked(pass, leaf, layout.packed + place * shape.rows * 4, out, limit);
      return;
    }
    const pairs = shape.exact ? layout.pairs + place * shape.rows * 8 : layout.packed + place * shape.rows * 4;
    const kernel = shape.exact ? pass.kernels.exact : pass.kernels.wide;
    this.kernels.clear(out, (pass.to - pass.from) * layout.cells * cellBytes);
    for (let t = 0; t < shape.threads; t++) {
      const at = this.segment(leaf, t);
      const rowsAt = layout.order + this.words[at]! * 4;
      if (layout.binBytes > 1) this.addWide(pass, rowsAt, this.words[at + 1]!, pairs, out);
      else kernel(rowsAt, this.words[at + 1]!, pairs, layout.byRow + pass.from, layout.rowBytes, out);
    }
  }

  /** Histograms of the roots of `count` outputs' trees, over all active rows, behind the slots. */
  buildRoots(pass: Pass, count: number, limit: number): void {
    const { order, byRow, rowBytes, shape, shared, slots, accumulatorBytes } = this.layout;
    const cells = (pass.to - pass.from) * 256;
    let first = 1;
    for (let t = 0; t < shape.threads; t++) {
      const at = this.segment(0, t);
      const end = this.words[at]! + this.words[at + 1]!;
      for (let start = this.words[at]!; start < end; start += limit, first = 0) {
        const n = Math.min(limit, end - start);
        pass.kernels.shared(order + start * 4, n, shared, byRow + pass.from, rowBytes, this.accumulator);
        for (let place = 0; place < count; place++) {
          const out = this.histogram(slots + place, pass.from);
          this.kernels.flushShared(this.accumulator + place * 4, out, cells, first);
        }
        this.kernels.clear(this.accumulator, accumulatorBytes);
      }
    }
  }

  /** large -= small, turning the parent's histograms into the larger child's. */
  subtract({ from, to }: Pass, large: number, small: number): void {
    const bytes = (to - from) * this.layout.cells * this.layout.cellBytes;
    const subtract = this.layout.shape.exact ? this.kernels.subtractExact : this.kernels.subtractPacked;
    subtract(this.histogram(large, from), this.histogram(small, from), bytes);
  }

  /** Address of a feature's histogram in a slot. */
  histogram(slot: number, feature: number): number {
    const { histograms, histogramBytes, cells, cellBytes } = this.layout;
    return histograms + this.index(slot) * histogramBytes + feature * cells * cellBytes;
  }

  private addWide({ from, to }: Pass, rows: number, n: number, pairs: number, out: number): void {
    const { byRow, rowBytes, cells, shape } = this.layout;
    const add = shape.exact ? this.kernels.addExact16 : this.kernels.addPacked16;
    add(rows, n, pairs, byRow + from * 2, rowBytes, out, to - from, cells);
  }

  private addPacked({ from, to, kernels }: Pass, leaf: number, pairs: number, out: number, limit: number): void {
    const { order, byRow, rowBytes, shape } = this.layout;
    let first = 1;
    for (let t = 0; t < shape.threads; t++) {
      const at = this.segment(leaf, t);
      const end = this.words[at]! + this.words[at + 1]!;
      for (let start = this.words[at]!; start < end; start += limit, first = 0) {
        const n = Math.min(limit, end - start);
        kernels.packed(order + start * 4, n, pairs, byRow + from, rowBytes, this.accumulator);
        this.kernels.flushPacked(this.accumulator, out, (to - from) * 256, first);
      }
    }
  }

  /** Index of a leaf's part on one thread: its first place in `order` and its number of rows. */
  private segment(leaf: number, thread: number): number {
    return (this.layout.segments >>> 2) + (leaf * this.layout.shape.threads + thread) * 2;
  }

  private index(slot: number): number {
    return this.words[(this.layout.slotTable >>> 2) + slot]!;
  }
}
