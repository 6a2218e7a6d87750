import { loadKernels } from '../team/load-kernels.js';
import { takeMemory } from '../team/memory.js';
import { KERNEL, type KernelFunction, type SvmKernels } from './kernels.js';
import { BATCH_ROWS, rowBytes } from './layout.js';

/** A sum over the support vectors [from, to) with one plane of coefficients. */
export interface Segment {
  readonly plane: number;
  readonly from: number;
  readonly to: number;
}

const FIRST_ADDRESS = 1 << 16;

/**
 * Sums of kernel values times coefficients over fixed rows (support vectors), for many query rows at a time: a matrix product
 * in SIMD. A row gives the same whether alone or among others. Synchronous; one thread.
 */
export class KernelExpansions {
  private readonly kernels: SvmKernels;
  private readonly memory: WebAssembly.Memory;
  private readonly at: Record<
    'x' | 'norms' | 'rows' | 'panels' | 'rowNorms' | 'outs' | 'values' | 'coefficients',
    number
  >;
  private readonly rows: Float32Array;
  private readonly vectors: number;

  /** `vectors` is `m x cols`, `coefficients` one plane of m after the other. Throws RangeError when it needs more than 4 GB. */
  constructor(
    vectors: Float32Array,
    private readonly cols: number,
    coefficients: Float64Array,
    private readonly segments: readonly Segment[],
    private readonly kernel: KernelFunction,
  ) {
    const m = vectors.length / cols;
    const padded = Math.ceil(m / 8) * 8;
    let top = FIRST_ADDRESS;
    const take = (bytes: number): number => {
      const at = top;
      top += Math.ceil(bytes / 64) * 64;
      return at;
    };
    this.vectors = m;
    this.at = {
      x: take(padded * cols * 4),
      norms: take(padded * 4),
      rows: take(BATCH_ROWS * cols * 4),
      panels: take(BATCH_ROWS * cols * 4),
      rowNorms: take(BATCH_ROWS * 4),
      outs: take(BATCH_ROWS * 4),
      values: take(BATCH_ROWS * rowBytes(m)),
      coefficients: take(coefficients.length * 8),
    };
    this.memory = takeMemory(top);
    this.kernels = loadKernels<SvmKernels>(this.memory);
    this.rows = new Float32Array(this.memory.buffer, this.at.rows, BATCH_ROWS * cols);
    this.placeVectors(vectors, m);
    new Float64Array(this.memory.buffer, this.at.coefficients, coefficients.length).set(coefficients);
    const outs = new Uint32Array(this.memory.buffer, this.at.outs, BATCH_ROWS);
    for (let i = 0; i < BATCH_ROWS; i++) outs[i] = this.at.values + i * rowBytes(m);
  }

  /** Packs the vectors a piece at a time through the room for query rows, so that they need no second copy. */
  private placeVectors(vectors: Float32Array, m: number): void {
    const { cols } = this;
    new Float32Array(this.memory.buffer, this.at.norms, Math.ceil(m / 8) * 8).fill(0);
    for (let first = 0; first < m; first += BATCH_ROWS) {
      const n = Math.min(BATCH_ROWS, m - first);
      this.rows.set(vectors.subarray(first * cols, (first + n) * cols));
      this.kernels.packPanels(this.at.rows, 0, n, cols, 8, this.at.x + first * cols * 4);
      this.kernels.squaredNorms(this.at.rows, n, cols, this.at.norms + first * 4);
    }
  }

  /** Fills `out`, row-major `n x segments`, with the sums of the `n` rows of `x`. */
  sums(x: Float32Array, n: number, out: Float64Array): void {
    const { at, cols, kernel, kernels, segments } = this;
    const panels = Math.ceil(this.vectors / 8);
    for (let first = 0; first < n; first += BATCH_ROWS) {
      const q = Math.min(BATCH_ROWS, n - first);
      this.rows.set(x.subarray(first * cols, (first + q) * cols));
      kernels.packPanels(at.rows, 0, q, cols, 4, at.panels);
      kernels.squaredNorms(at.rows, q, cols, at.rowNorms);
      kernels.kernelRows(
        ...([at.panels, at.rowNorms, q, cols, at.x, at.norms, 0, panels, at.outs] as const),
        ...([KERNEL[kernel.kind], kernel.gamma, kernel.coef0, kernel.degree] as const),
      );
      for (let i = 0; i < q; i++) {
        const row = at.values + i * rowBytes(this.vectors);
        for (let s = 0; s < segments.length; s++) {
          const { plane, from, to } = segments[s]!;
          const coefficients = at.coefficients + (plane * this.vectors + from) * 8;
          out[(first + i) * segments.length + s] = kernels.weightedSum(row + from * 4, coefficients, to - from);
        }
      }
    }
  }
}
