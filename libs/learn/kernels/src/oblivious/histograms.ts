import type { HistogramKernel } from '../boosting/kernels.js';
import { Segments } from '../team/segments.js';
import { type ObliviousKernels, WIDEST_PASS } from './kernels.js';
import type { ObliviousLayout } from './layout.js';

/** Rows that all passes take before the next rows. */
const CHUNK_ROWS = 1024;

interface Pass {
  readonly feature: number;
  readonly kernel: HistogramKernel;
}

/** One thread's histograms: of its features [from, to), both multiples of 4, for every leaf. */
export class Histograms {
  private readonly passes: readonly Pass[];
  private readonly segments: Segments;

  constructor(
    private readonly kernels: ObliviousKernels,
    private readonly layout: ObliviousLayout,
    memory: WebAssembly.Memory,
    readonly from: number,
    readonly to: number,
  ) {
    this.segments = new Segments(layout, memory);
    const units = (to - from) / 4;
    const passes = Math.ceil(units / (WIDEST_PASS / 4));
    this.passes = Array.from({ length: passes }, (_, i) => {
      const feature = from + 4 * Math.floor((units * i) / passes);
      const width = from + 4 * Math.floor((units * (i + 1)) / passes) - feature;
      return { feature, kernel: kernels[`${layout.quads === 0 ? 'pair' : 'quad'}${width}`]! };
    });
  }

  /** Builds the histogram of a leaf's rows, on all threads' parts of it, in a slot. */
  build(leaf: number, slot: number): void {
    const { order, steps, quads, plane, cellBytes, shape } = this.layout;
    for (let q = 0; q < Math.max(1, quads); q++) {
      const out = this.at(slot, q);
      this.kernels.clear(out, (this.to - this.from) * 256 * cellBytes);
      for (let t = 0; t < shape.threads; t++) {
        const first = this.segments.start(leaf, t);
        const end = first + this.segments.count(leaf, t);
        // From one pass to the next the rows of a chunk stay in the cache.
        for (let from = first; from < end; from += CHUNK_ROWS) {
          this.add(order + from * 4, Math.min(CHUNK_ROWS, end - from), steps + q * plane * 16, out);
        }
      }
    }
  }

  /** Adds `n` rows, whose numbers lie at `rows`, pass by pass. */
  private add(rows: number, n: number, values: number, out: number): void {
    const { byRow, stride, cellBytes } = this.layout;
    for (const { feature, kernel } of this.passes) {
      kernel(rows, n, values, byRow + feature, stride, out + (feature - this.from) * 256 * cellBytes);
    }
  }

  /** large -= small, turning the parent's histogram into the larger child's. */
  subtract(large: number, small: number): void {
    const bytes = (this.to - this.from) * 256 * this.layout.cellBytes;
    for (let q = 0; q < Math.max(1, this.layout.quads); q++) {
      if (bytes > 0) this.kernels.subtractCells(this.at(large, q), this.at(small, q), bytes);
    }
  }

  /** Adds the scores of all splits of the leaf whose histogram is in a slot. */
  score(slot: number, lambda: number, totals: number, scratch: number): void {
    const { quads, planeBytes, bins, oneHot, monotone, sums, norms, shape } = this.layout;
    const { kernels, from } = this;
    const to = Math.min(this.to, shape.features);
    if (from >= to) return;
    const own = from * 1024;
    const at = this.at(slot, 0);
    for (let q = 0; q < Math.max(1, quads); q++) {
      kernels.totalCells(this.at(slot, q), 256, quads === 0 ? 2 : 4, totals + q * 16);
    }
    if (quads === 0) kernels.scorePairs(at, from, to, bins, oneHot, monotone, totals, lambda, sums + own, norms + own);
    else if (quads === 1) kernels.scoreQuads(at, from, to, bins, oneHot, totals, lambda, sums + own, norms + own);
    else {
      kernels.scorePlanes(
        ...([at, quads, planeBytes, from, to, bins, oneHot] as const),
        ...([totals, lambda, sums + own, norms + own, scratch] as const),
      );
    }
  }

  /** Address of this thread's first feature in plane `q` of a slot. */
  private at(slot: number, q: number): number {
    const { histograms, histogramBytes, planeBytes, cellBytes } = this.layout;
    return histograms + slot * histogramBytes + q * planeBytes + this.from * 256 * cellBytes;
  }
}
