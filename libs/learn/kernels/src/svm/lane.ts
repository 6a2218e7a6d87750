import { loadKernels } from '../team/load-kernels.js';
import { Rendezvous } from '../team/rendezvous.js';
import { shareOf } from '../team/share.js';
import type { Lane } from '../team/team.js';
import type { SvmKernels } from './kernels.js';
import type { KernelRowsLayout } from './layout.js';

/** The steps that all threads take together, and the words (f64) of the command block. */
export const STEP = { compute: 1, add: 2 } as const;
export const WORD = { step: 0, count: 1, columns: 2, kind: 3, gamma: 4, coef0: 5, degree: 6 } as const;

/** One thread's part of an engine: takes its share of the columns of each step. */
export class KernelRowsLane implements Lane {
  readonly kernels: SvmKernels;
  readonly rendezvous: Rendezvous;
  readonly command: Float64Array;

  constructor(
    memory: WebAssembly.Memory,
    private readonly layout: KernelRowsLayout,
    private readonly thread: number,
  ) {
    this.kernels = loadKernels<SvmKernels>(memory);
    this.rendezvous = new Rendezvous(memory, layout.control, layout.shape.threads);
    this.command = new Float64Array(memory.buffer, layout.command, 16);
  }

  step(): void {
    const { command, layout } = this;
    const count = command[WORD.count]!;
    const [from, to] = this.share(Math.ceil(command[WORD.columns]! / 8));
    if (command[WORD.step] === STEP.add) {
      this.kernels.addRows(layout.addresses, layout.deltas, count, layout.sums, from * 8, to * 8);
      return;
    }
    this.kernels.kernelRows(
      ...([layout.batch, layout.batchNorms, count, layout.shape.cols, layout.panels, layout.norms] as const),
      ...([from, to, layout.addresses] as const),
      ...([command[WORD.kind]!, command[WORD.gamma]!, command[WORD.coef0]!, command[WORD.degree]!] as const),
    );
  }

  /** This thread's part of `n` panels. */
  private share(n: number): readonly [number, number] {
    return shareOf(n, this.thread, this.layout.shape.threads);
  }
}

/** What each thread of the team is given. */
export interface KernelRowsProgram {
  readonly memory: WebAssembly.Memory;
  readonly layout: KernelRowsLayout;
}

export function createLane({ memory, layout }: KernelRowsProgram, thread: number): KernelRowsLane {
  return new KernelRowsLane(memory, layout, thread);
}
