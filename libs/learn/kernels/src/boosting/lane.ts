import { loadKernels } from '../team/load-kernels.js';
import { Rendezvous } from '../team/rendezvous.js';
import { shareOf } from '../team/share.js';
import type { Lane } from '../team/team.js';
import { ARGUMENTS, STEP } from './command.js';
import type { BoostingKernels } from './kernels.js';
import { COMMAND_WORDS, columnAddress, type Layout, SCRATCH_BYTES } from './layout.js';
import { RowSteps } from './row-steps.js';
import { TreeSteps } from './tree-steps.js';

/** Rows binned per kernel call: their values stay in the cache while one feature after the other is binned. */
const BIN_ROWS = 256;

/** One thread's part of an engine: takes its share of each step. All that threads tell each other is in shared memory. */
export class BoostingLane implements Lane {
  readonly kernels: BoostingKernels;
  readonly rendezvous: Rendezvous;
  readonly command: Float64Array;
  private readonly rows: RowSteps;
  private readonly trees: TreeSteps;

  constructor(
    memory: WebAssembly.Memory,
    private readonly layout: Layout,
    private readonly thread: number,
  ) {
    this.kernels = loadKernels<BoostingKernels>(memory);
    this.rendezvous = new Rendezvous(memory, layout.control, layout.shape.threads);
    this.command = new Float64Array(memory.buffer, layout.command, COMMAND_WORDS);
    this.rows = new RowSteps(this.kernels, layout, memory, thread);
    this.trees = new TreeSteps(this.kernels, layout, memory, thread, this.rendezvous);
  }

  /** Takes this thread's share of the step in the command block. */
  step(): void {
    const { rows, trees } = this;
    const [a, b, c, d] = [this.argument(0), this.argument(1), this.argument(2), this.argument(3)];
    const step = this.command[0];
    if (step === STEP.sort) this.sort(a, b);
    else if (step === STEP.bin) this.bin(a, b);
    else if (step === STEP.bundle) trees.bundle(a);
    else if (step === STEP.loss) rows.loss(a, b);
    else if (step === STEP.gradient) rows.gradient(a, b, c, d);
    else if (step === STEP.measure) rows.measure(a);
    else if (step === STEP.quantise) rows.quantise(a, b, c);
    else if (step === STEP.roots) trees.roots(a, b);
    else if (step === STEP.root) trees.root();
    else if (step === STEP.split) trees.split();
    else if (step === STEP.leaves) rows.leaves(a);
    else if (step === STEP.update) rows.update(a, b);
  }

  private argument(i: number): number {
    return this.command[ARGUMENTS + i]!;
  }

  private sort(columns: number, rows: number): void {
    const { staging, scratch, shape } = this.layout;
    for (let c = this.thread; c < columns; c += shape.threads) {
      const at = staging + c * rows * 4;
      this.kernels.sortFloats(at, at + columns * rows * 4, rows, scratch + this.thread * SCRATCH_BYTES);
    }
  }

  private bin(first: number, rows: number): void {
    const { staging, shape } = this.layout;
    const [start, end] = shareOf(rows, this.thread, shape.threads);
    for (let r = start; r < end; r += BIN_ROWS) {
      const n = Math.min(BIN_ROWS, end - r);
      this.binChunk(staging + r * shape.features * 4, first + r, n);
    }
  }

  /** Bins `n` rows from row `first` on into all panels. */
  private binChunk(values: number, first: number, n: number): void {
    const { kernels, layout } = this;
    const { cuts, cells, panelColumns, rowBytes, byColumn, binBytes, shape } = layout;
    const { rows, features } = shape;
    for (let f = 0; f < features; f += panelColumns) {
      const width = Math.min(panelColumns, features - f);
      const from = cuts + f * cells * 4;
      const row = columnAddress(layout, f) + first * rowBytes;
      const column = byColumn && byColumn + (f * rows + first) * binBytes;
      if (binBytes === 1) kernels.binPanel(values + f * 4, n, width, features, from, row, rowBytes, column, rows);
      else kernels.binPanel16(values + f * 4, n, width, features, from, cells, row, rowBytes, column, rows);
    }
  }
}

/** What each thread of a boosting team is given. */
export interface BoostingProgram {
  readonly memory: WebAssembly.Memory;
  readonly layout: Layout;
}

export function createLane({ memory, layout }: BoostingProgram, thread: number): BoostingLane {
  return new BoostingLane(memory, layout, thread);
}
