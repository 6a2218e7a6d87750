import { loadKernels } from '../team/load-kernels.js';
import { takeMemory } from '../team/memory.js';
import { KERNEL, type SvmKernels } from './kernels.js';
import { BATCH_ROWS, rowBytes } from './layout.js';

const FIRST_ADDRESS = 1 << 16;

/**
 * Random Fourier features (Rahimi and Recht, "Random features for large-scale kernel machines", 2007): of a row x the
 * `components` values sqrt(2 / components) cos(<w, x> + phase), whose inner products estimate the kernel that the directions w were drawn for.
 */
export class CosineFeatures {
  private readonly kernels: SvmKernels;
  private readonly memory: WebAssembly.Memory;
  private readonly at: Record<'directions' | 'rows' | 'panels' | 'norms' | 'outs' | 'values', number>;
  private readonly components: number;

  /** `directions` is row-major `components x cols`; `phases` has one angle a component. */
  constructor(
    directions: Float32Array,
    private readonly phases: Float32Array,
    private readonly cols: number,
  ) {
    const { length } = phases;
    let top = FIRST_ADDRESS;
    const take = (bytes: number): number => {
      const at = top;
      top += Math.ceil(bytes / 64) * 64;
      return at;
    };
    this.components = length;
    this.at = {
      directions: take(Math.ceil(length / 8) * 32 * cols),
      rows: take(Math.max(BATCH_ROWS, length) * cols * 4),
      panels: take(BATCH_ROWS * cols * 4),
      norms: take(Math.max(BATCH_ROWS, rowBytes(length)) * 4),
      outs: take(BATCH_ROWS * 4),
      values: take(BATCH_ROWS * rowBytes(length)),
    };
    this.memory = takeMemory(top);
    this.kernels = loadKernels<SvmKernels>(this.memory);
    const { buffer } = this.memory;
    new Float32Array(buffer, this.at.rows, directions.length).set(directions);
    this.kernels.packPanels(this.at.rows, 0, length, cols, 8, this.at.directions);
    const outs = new Uint32Array(buffer, this.at.outs, BATCH_ROWS);
    for (let i = 0; i < BATCH_ROWS; i++) outs[i] = this.at.values + i * rowBytes(length);
  }

  /** Fills `out`, row-major `n x components`, with the features of the first `n` rows of `x`. */
  transform(x: Float32Array, n: number, out: Float32Array): void {
    const { at, cols, components, kernels, phases } = this;
    const { buffer } = this.memory;
    const scale = Math.sqrt(2 / components);
    for (let first = 0; first < n; first += BATCH_ROWS) {
      const q = Math.min(BATCH_ROWS, n - first);
      new Float32Array(buffer, at.rows, q * cols).set(x.subarray(first * cols, (first + q) * cols));
      kernels.packPanels(at.rows, 0, q, cols, 4, at.panels);
      const panels = Math.ceil(components / 8);
      kernels.kernelRows(
        ...([at.panels, at.norms, q, cols, at.directions, at.norms, 0, panels, at.outs] as const),
        ...([KERNEL.linear, 1, 0, 1] as const),
      );
      for (let i = 0; i < q; i++) {
        const products = new Float32Array(buffer, at.values + i * rowBytes(components), components);
        const row = (first + i) * components;
        for (let c = 0; c < components; c++) out[row + c] = scale * Math.cos(products[c]! + phases[c]!);
      }
    }
  }
}
