import { loadKernels } from '../team/load-kernels.js';
import { Rendezvous } from '../team/rendezvous.js';
import type { Lane } from '../team/team.js';
import type { LinearKernels } from './kernels.js';

/** Byte addresses of a Gram engine in memory shared by all threads. */
export interface GramLayout {
  readonly threads: number;
  /** Columns, the target included, rounded up to a multiple of 4. */
  readonly stride: number;
  /** Rows whose products are summed in one pass over a tile. */
  readonly panelRows: number;
  readonly control: number;
  readonly command: number;
  readonly shifts: number;
  /** Of the staged rows: the root of the weight, and the target. */
  readonly factors: number;
  readonly targets: number;
  readonly targetColumn: number;
  readonly gram: number;
  /** A panel a thread. */
  readonly panels: number;
  readonly x: number;
}

/** One thread's part: every `threads`-th row of tiles, over all rows of data. */
export class GramLane implements Lane {
  readonly rendezvous: Rendezvous;
  /** How many rows are staged. */
  readonly command: Float64Array;
  private readonly kernels: LinearKernels;
  private readonly doubles: Float64Array;

  constructor(
    memory: WebAssembly.Memory,
    private readonly layout: GramLayout,
    private readonly thread: number,
  ) {
    this.kernels = loadKernels<LinearKernels>(memory);
    this.rendezvous = new Rendezvous(memory, layout.control, layout.threads);
    this.command = new Float64Array(memory.buffer, layout.command, 1);
    this.doubles = new Float64Array(memory.buffer);
  }

  step(): void {
    const { layout, kernels, doubles } = this;
    const { stride, panelRows, threads } = layout;
    const staged = this.command[0]!;
    const panel = layout.panels + this.thread * panelRows * stride * 8;
    for (let row = 0; row < staged; row += panelRows) {
      const rows = Math.min(panelRows, staged - row);
      const factors = layout.factors + row * 8;
      kernels.fillPanel(layout.x + row * stride * 4, rows, stride, layout.shifts, factors, panel);
      for (let r = 0; r < rows; r++) {
        const target = doubles[(layout.targets >>> 3) + row + r]! * doubles[(factors >>> 3) + r]!;
        doubles[(panel >>> 3) + r * stride + layout.targetColumn] = target;
      }
      kernels.addGram(panel, rows, stride, this.thread, threads, layout.gram);
    }
  }
}

export function createLane(data: { memory: WebAssembly.Memory; layout: GramLayout }, thread: number): GramLane {
  return new GramLane(data.memory, data.layout, thread);
}
