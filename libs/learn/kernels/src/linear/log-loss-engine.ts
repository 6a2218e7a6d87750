import { returnMemory, takeMemory, usableThreads } from '../team/memory.js';
import { CONTROL_BYTES } from '../team/rendezvous.js';
import { Team } from '../team/team.js';
import { createLane, type LogLossLane } from './log-loss-lane.js';
import { BLOCK_ROWS, type LogLossLayout, type LogLossShape, layOutLogLoss } from './log-loss-layout.js';

/** Products a step computes before the caller may let the event loop run: some 10 milliseconds a thread. */
const STEP_PRODUCTS = 30e6;

/** A range of rows `[from, to)`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Sums of log losses and their gradients over rows held in WASM memory, on one or more threads. The caller fills `x`, `labels` and
 * weights, then evaluates at coefficients. No sum depends on the number of threads.
 */
export class LogLossEngine {
  /** Rows of `stride` floats, 0 beyond the features. */
  readonly x: Float32Array;
  readonly stride: number;
  /** Class indices. */
  readonly labels: Int32Array;
  /** One weight a row. */
  readonly weights: Float32Array | Float64Array;
  private readonly w: Float32Array | Float64Array;
  private readonly bias: Float32Array | Float64Array;
  private readonly sums: Float64Array;

  private constructor(
    private readonly team: Team<LogLossLane>,
    private readonly memory: WebAssembly.Memory,
    private readonly layout: LogLossLayout,
  ) {
    const { buffer } = memory;
    const { rows, outputs, precision } = layout.shape;
    const words = (at: number, length: number) =>
      precision === 'single' ? new Float32Array(buffer, at, length) : new Float64Array(buffer, at, length);
    this.stride = layout.stride;
    this.x = new Float32Array(buffer, layout.x, rows * layout.stride);
    this.labels = new Int32Array(buffer, layout.labels, rows);
    this.weights = words(layout.weights, rows);
    this.w = words(layout.w, outputs * layout.stride);
    this.bias = words(layout.bias, outputs);
    this.sums = new Float64Array(buffer, layout.sums, layout.chunks * layout.sumDoubles);
  }

  /**
   * Allocates the memory and, for more than one thread, starts workers; `close` ends them.
   * Throws RangeError when the data does not fit in 4 GB.
   */
  static async create(shape: LogLossShape): Promise<LogLossEngine> {
    const threads = Math.max(1, Math.min(usableThreads(shape.threads), layOutLogLoss({ ...shape, threads: 1 }).chunks));
    const layout = layOutLogLoss({ ...shape, threads });
    const memory = takeMemory(layout.bytes);
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(0, layout.control, layout.control + CONTROL_BYTES);
    bytes.fill(0, layout.labels, layout.x);
    if (layout.stride > shape.features) bytes.fill(0, layout.x, layout.bytes);
    else bytes.fill(0, layout.x + shape.rows * layout.stride * 4, layout.bytes);
    const module = new URL('./log-loss-lane.js', import.meta.url);
    return new LogLossEngine(await Team.start(module, createLane, { memory, layout }, threads), memory, layout);
  }

  /** Ends the workers and gives the memory to the next engine: nothing of this one may be used afterwards. */
  async close(): Promise<void> {
    await this.team.stop();
    returnMemory(this.memory);
  }

  /**
   * The weighted sum of losses over the rows at `coefficients` (row-major `outputs x (features + 1)`, the intercept last). With
   * `gradient`, of the same shape, writes the gradient of that sum into it. Awaits `breathe` between steps of some milliseconds.
   */
  async evaluate(
    { from, to }: RowRange,
    coefficients: Float64Array,
    gradient: Float64Array | undefined,
    breathe: () => Promise<void>,
  ): Promise<number> {
    const { features, outputs, threads } = this.layout.shape;
    for (let c = 0; c < outputs; c++) {
      const begin = c * (features + 1);
      for (let j = 0; j < features; j++) this.w[c * this.stride + j] = coefficients[begin + j]!;
      this.bias[c] = coefficients[begin + features]!;
    }
    this.sums.fill(0);
    const blocks = Math.ceil((to - from) / BLOCK_ROWS);
    const work = BLOCK_ROWS * this.stride * outputs * 2;
    const blocksAStep = Math.max(1, Math.round(STEP_PRODUCTS / work)) * threads;
    const { command } = this.team.lane;
    for (let block = 0; block < blocks; block += blocksAStep) {
      command.set([from, to, block, Math.min(blocks, block + blocksAStep), gradient ? 1 : 0]);
      this.team.step();
      await breathe();
    }
    return this.collect(gradient);
  }

  private collect(gradient: Float64Array | undefined): number {
    const { layout, sums, stride } = this;
    const { features, outputs } = layout.shape;
    gradient?.fill(0);
    let loss = 0;
    for (let chunk = 0; chunk < layout.chunks; chunk++) {
      const begin = chunk * layout.sumDoubles;
      loss += sums[begin + layout.sumDoubles - 1]!;
      if (gradient === undefined) continue;
      for (let c = 0; c < outputs; c++) {
        const g = c * (features + 1);
        for (let j = 0; j < features; j++) gradient[g + j]! += sums[begin + c * stride + j]!;
        gradient[g + features]! += sums[begin + outputs * stride + c]!;
      }
    }
    return loss;
  }
}
