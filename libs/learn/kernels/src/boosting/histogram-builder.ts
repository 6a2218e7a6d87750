import { type BoostingKernels, type HistogramKernel, WIDEST_PASS } from './kernels.js';
import { ACCUMULATOR_BYTES, type Layout } from './layout.js';

/** Under this many rows the 32 | 32 kernel is quicker than filling and flushing 16 | 16 accumulators. */
const FEW_ROWS = 2000;

interface Pass {
  readonly feature: number;
  readonly width: number;
  readonly packed: HistogramKernel;
  readonly wide: HistogramKernel;
  readonly exact: HistogramKernel;
}

/** Builds the histograms of one thread's features [from, to), both multiples of 4. */
export class HistogramBuilder {
  private readonly passes: Pass[] = [];
  private readonly words: Int32Array;
  private readonly accumulator: number;

  constructor(
    private readonly kernels: BoostingKernels,
    private readonly layout: Layout,
    memory: WebAssembly.Memory,
    thread: number,
    private readonly from: number,
    private readonly to: number,
  ) {
    this.words = new Int32Array(memory.buffer);
    this.accumulator = layout.accumulators + thread * ACCUMULATOR_BYTES;
    const units = (to - from) / 4;
    const passes = Math.ceil(units / (WIDEST_PASS / 4));
    for (let i = 0; i < passes; i++) {
      const feature = from + 4 * Math.floor((units * i) / passes);
      const width = from + 4 * Math.floor((units * (i + 1)) / passes) - feature;
      const kernel = (kind: 'packed' | 'wide' | 'exact'): HistogramKernel => kernels[`${kind}${width}`]!;
      this.passes.push({ feature, width, packed: kernel('packed'), wide: kernel('wide'), exact: kernel('exact') });
    }
  }

  /**
   * Histogram of a leaf of `rows` rows into a slot. `limit` is how many rows 16 | 16 accumulators can take before one may
   * overflow; 0 when the quantised pairs are too fine for them. `place` is that of the pairs.
   */
  build(leaf: number, slot: number, rows: number, limit: number, place: number): void {
    const { cellBytes, shape } = this.layout;
    const pairs = shape.exact
      ? this.layout.pairs + place * shape.rows * 8
      : this.layout.packed + place * shape.rows * 4;
    this.kernels.clear(this.histogram(slot, this.from), (this.to - this.from) * 256 * cellBytes);
    for (const pass of this.passes) {
      const out = this.histogram(slot, pass.feature);
      if (shape.exact) this.addAll(leaf, pass.exact, pass.feature, pairs, out);
      else if (limit === 0 || rows < FEW_ROWS) this.addAll(leaf, pass.wide, pass.feature, pairs, out);
      else this.addPacked(leaf, pass, pairs, out, limit);
    }
  }

  /** large -= small, turning the parent's histogram into the larger child's. */
  subtract(large: number, small: number): void {
    const bytes = (this.to - this.from) * 256 * this.layout.cellBytes;
    const subtract = this.layout.shape.exact ? this.kernels.subtractExact : this.kernels.subtractPacked;
    if (bytes > 0) subtract(this.histogram(large, this.from), this.histogram(small, this.from), bytes);
  }

  private addAll(leaf: number, kernel: HistogramKernel, feature: number, pairs: number, out: number): void {
    const { order, byRow, stride, shape } = this.layout;
    for (let t = 0; t < shape.threads; t++) {
      const at = this.segment(leaf, t);
      kernel(order + this.words[at]! * 4, this.words[at + 1]!, pairs, byRow + feature, stride, out);
    }
  }

  private addPacked(leaf: number, { packed, feature, width }: Pass, pairs: number, out: number, limit: number): void {
    const { order, byRow, stride, shape } = this.layout;
    for (let t = 0; t < shape.threads; t++) {
      const at = this.segment(leaf, t);
      const end = this.words[at]! + this.words[at + 1]!;
      for (let start = this.words[at]!; start < end; start += limit) {
        const n = Math.min(limit, end - start);
        packed(order + start * 4, n, pairs, byRow + feature, stride, this.accumulator);
        this.kernels.flushPacked(this.accumulator, out, width * 256);
      }
    }
  }

  private segment(leaf: number, thread: number): number {
    return (this.layout.segments >>> 2) + (leaf * this.layout.shape.threads + thread) * 2;
  }

  private histogram(slot: number, feature: number): number {
    return this.layout.histograms + slot * this.layout.histogramBytes + feature * 256 * this.layout.cellBytes;
  }
}
