import { loadKernels } from '../team/load-kernels.js';
import { Rendezvous } from '../team/rendezvous.js';
import type { Lane } from '../team/team.js';
import type { LinearKernels } from './kernels.js';
import { BLOCK_ROWS, type LogLossLayout } from './log-loss-layout.js';

/** One thread's part of a log-loss engine: the chunks whose number is its own modulo the threads. */
export class LogLossLane implements Lane {
  readonly rendezvous: Rendezvous;
  /** First row, end row, first block, end block, whether gradients are wanted. Blocks count from the first row. */
  readonly command: Float64Array;
  private readonly kernels: LinearKernels;
  private readonly doubles: Float64Array;

  constructor(
    memory: WebAssembly.Memory,
    private readonly layout: LogLossLayout,
    private readonly thread: number,
  ) {
    this.kernels = loadKernels<LinearKernels>(memory);
    this.rendezvous = new Rendezvous(memory, layout.control, layout.shape.threads);
    this.command = new Float64Array(memory.buffer, layout.command, 8);
    this.doubles = new Float64Array(memory.buffer);
  }

  step(): void {
    const [from, to, firstBlock, endBlock, gradients] = this.command;
    const { chunks, shape, callRows } = this.layout;
    for (let block = firstBlock!; block < endBlock!; block++) {
      const chunk = block % chunks;
      if (chunk % shape.threads !== this.thread) continue;
      const start = from! + block * BLOCK_ROWS;
      const end = Math.min(to!, start + BLOCK_ROWS);
      for (let row = start; row < end; row += callRows) {
        this.addRows(chunk, row, Math.min(callRows, end - row), gradients === 1);
      }
      if (gradients === 1 && shape.precision === 'single') this.flush(chunk);
    }
  }

  private addRows(chunk: number, row: number, rows: number, gradients: boolean): void {
    const { layout } = this;
    const { shape, stride, sumDoubles } = layout;
    const sums = layout.sums + chunk * sumDoubles * 8;
    const residualSums = sums + shape.outputs * stride * 8;
    const lossAt = (sums >>> 3) + sumDoubles - 1;
    const x = layout.x + row * stride * 4;
    const labels = layout.labels + row * 4;
    if (shape.precision === 'single') {
      this.doubles[lossAt]! += this.addSingle(x, rows, labels, layout.weights + row * 4, residualSums, gradients);
      return;
    }
    const g = gradients ? sums : 0;
    this.doubles[lossAt]! += this.kernels.logLossDouble(
      ...([x, rows, stride, shape.outputs, layout.w, layout.bias, labels] as const),
      ...([layout.weights + row * 8, this.scratch, g, residualSums] as const),
    );
  }

  private addSingle(
    x: number,
    rows: number,
    labels: number,
    weights: number,
    residualSums: number,
    gradients: boolean,
  ): number {
    const { kernels, layout, scratch } = this;
    const { stride, callRows, w, bias } = layout;
    const { outputs } = layout.shape;
    const plane = callRows * 4;
    const own = scratch + outputs * plane;
    kernels.linearScores(x, rows, stride, outputs, w, bias, scratch, plane);
    const loss =
      outputs === 1
        ? kernels.logisticResiduals(rows, scratch, labels, weights, own)
        : kernels.softmaxResiduals(rows, outputs, scratch, plane, labels, weights, own);
    if (gradients) {
      kernels.linearGradients(x, rows, stride, outputs, scratch, plane, own + plane);
      kernels.sumResiduals(rows, outputs, scratch, plane, residualSums);
    }
    return loss;
  }

  private flush(chunk: number): void {
    const { shape, callRows, stride, sums, sumDoubles } = this.layout;
    const g = this.scratch + (shape.outputs + 1) * callRows * 4;
    this.kernels.flushSums(g, shape.outputs * stride, sums + chunk * sumDoubles * 8);
  }

  private get scratch(): number {
    return this.layout.scratch + this.thread * this.layout.scratchBytes;
  }
}

export function createLane(data: { memory: WebAssembly.Memory; layout: LogLossLayout }, thread: number): LogLossLane {
  return new LogLossLane(data.memory, data.layout, thread);
}
