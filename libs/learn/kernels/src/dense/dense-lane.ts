import { loadKernels } from '../team/load-kernels.js';
import { Rendezvous } from '../team/rendezvous.js';
import type { Lane } from '../team/team.js';
import { type DenseLayout, STRIP, TILE } from './dense-layout.js';
import type { DenseKernels } from './kernels.js';

/** The steps that all threads of an engine take together; arguments follow in the command block. */
export const STEP = { covariance: 1, products: 2, panel: 3, solve: 4, outer: 5, slopes: 6 } as const;
/** Word of the command block: 0 once a factorisation has failed. */
export const DEFINITE = 7;

/** One thread's part of a dense engine: every `threads`-th tile of rows. No entry is computed by two threads. */
export class DenseLane implements Lane {
  readonly rendezvous: Rendezvous;
  readonly command: Float64Array;
  private readonly kernels: DenseKernels;

  constructor(
    memory: WebAssembly.Memory,
    private readonly layout: DenseLayout,
    private readonly thread: number,
  ) {
    this.kernels = loadKernels<DenseKernels>(memory);
    this.rendezvous = new Rendezvous(memory, layout.control, layout.shape.threads);
    this.command = new Float64Array(memory.buffer, layout.command, 8);
  }

  step(): void {
    const [step, first, end, c, d, e] = this.command;
    if (step === STEP.covariance) this.covariance(first!, end!, c!, d!, e!);
    else if (step === STEP.products) this.products(first!, end!, c!);
    else if (step === STEP.panel) this.panel(first!);
    else if (step === STEP.solve) this.solve(first!, end!, c === 1);
    else if (step === STEP.outer) this.outer(first!, end!, c === 1);
    else if (step === STEP.slopes) this.slopes(first!, end!, c!, d!, e!);
  }

  /** The lower triangle of A, by tiles of rows. */
  private covariance(first: number, end: number, kind: number, shape: number, variance: number): void {
    const { points, width, a, order } = this.layout;
    this.eachTile(first, end, TILE, (row, rows) => {
      const at = points + row * width * 8;
      const out = a + row * order * 8;
      this.kernels.covariances(kind, shape, variance, at, rows, points, row + rows, width, out, order);
    });
  }

  /** Column block k less the products of the columns before it. */
  private products(first: number, end: number, k: number): void {
    const { a, order } = this.layout;
    const column = k * TILE;
    const cols = Math.min(TILE, order - column);
    this.eachTile(first, end, TILE, (row, rows) => {
      const from = a + row * order * 8;
      const other = a + column * order * 8;
      this.kernels.subtractProducts(from + column * 8, order, from, order, other, order, rows, cols, column);
    });
  }

  /** Factor of the diagonal block k, then the rows below it. */
  private panel(k: number): void {
    const { a, order } = this.layout;
    const column = k * TILE;
    const cols = Math.min(TILE, order - column);
    const diagonal = a + (column * order + column) * 8;
    if (this.thread === 0) this.command[DEFINITE] = this.kernels.factoriseBlock(diagonal, order, cols);
    this.rendezvous.barrier();
    if (this.command[DEFINITE] === 0) return;
    this.eachTile(k + 1, Math.ceil(order / TILE), TILE, (row, rows) => {
      this.kernels.solveBlockRows(a + (row * order + column) * 8, order, rows, diagonal, order, cols);
    });
  }

  /** Rows x of B become the solutions of L y = x; with `upper` row i has only zeros before column i. */
  private solve(first: number, end: number, upper: boolean): void {
    const { a, b, order } = this.layout;
    this.eachTile(first, end, STRIP, (row, rows) => {
      const start = upper ? Math.floor(row / TILE) * TILE : 0;
      for (let column = start; column < order; column += TILE) {
        const cols = Math.min(TILE, order - column);
        const x = b + (row * order + column) * 8;
        const before = b + (row * order + start) * 8;
        const factor = a + (column * order + start) * 8;
        this.kernels.subtractProducts(x, order, before, order, factor, order, rows, cols, column - start);
        this.kernels.solveBlockRows(x, order, rows, a + (column * order + column) * 8, order, cols);
      }
    });
  }

  /** The lower triangle of A less B B', for a B that has only zeros before the diagonal unless it is `full`. */
  private outer(first: number, end: number, full: boolean): void {
    const { a, b, order } = this.layout;
    this.eachTile(first, end, STRIP, (row, rows) => {
      const start = full ? 0 : row;
      const left = b + (row * order + start) * 8;
      for (let column = 0; column < row + rows; column += TILE) {
        const cols = Math.min(TILE, row + rows - column);
        const right = b + (column * order + start) * 8;
        const at = a + (row * order + column) * 8;
        this.kernels.subtractProducts(at, order, left, order, right, order, rows, cols, order - start);
      }
    });
  }

  private slopes(first: number, end: number, kind: number, shape: number, variance: number): void {
    const { points, width, a, order, sums, shape: engine } = this.layout;
    this.eachTile(first, end, TILE, (row, rows) => {
      const to = Math.min(engine.size, row + rows);
      const out = sums + (row / TILE) * (width + 2) * 8;
      this.kernels.covarianceSlopes(kind, shape, variance, points, row, to, width, a, order, out);
    });
  }

  private eachTile(first: number, end: number, size: number, visit: (row: number, rows: number) => void): void {
    const { order, shape } = this.layout;
    for (let tile = first; tile < end; tile++) {
      if (tile % shape.threads === this.thread) visit(tile * size, Math.min(size, order - tile * size));
    }
  }
}

export function createLane(data: { memory: WebAssembly.Memory; layout: DenseLayout }, thread: number): DenseLane {
  return new DenseLane(data.memory, data.layout, thread);
}
