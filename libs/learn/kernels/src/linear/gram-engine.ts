import { returnMemory, takeMemory, usableThreads } from '../team/memory.js';
import { CONTROL_BYTES } from '../team/rendezvous.js';
import { Team } from '../team/team.js';
import { createLane, type GramLane, type GramLayout } from './gram-lane.js';

export interface GramShape {
  readonly features: number;
  readonly threads: number;
}

const CACHE_BYTES = 24 << 10;
/** Products a step computes: some 10 milliseconds a thread. */
const STEP_PRODUCTS = 40e6;
const MOST_BYTES = 2 ** 32 - 2 ** 16;
const FIRST_ADDRESS = 1 << 16;

function layOut({ features, threads }: GramShape): { layout: GramLayout; stagedRows: number; bytes: number } {
  let top = FIRST_ADDRESS;
  const take = (bytes: number): number => {
    const at = top;
    top += Math.ceil(bytes / 1024) * 1024;
    return at;
  };
  const stride = Math.ceil((features + 1) / 4) * 4;
  const panelRows = Math.max(8, Math.min(64, Math.floor(CACHE_BYTES / (stride * 8))));
  const panelsStaged = Math.ceil((STEP_PRODUCTS * threads) / ((stride * stride) / 2) / panelRows);
  const stagedRows = Math.min(8192, panelsStaged * panelRows);
  const layout = {
    ...{ threads, stride, panelRows, targetColumn: features },
    control: take(CONTROL_BYTES),
    command: take(8),
    shifts: take(stride * 8),
    factors: take(stagedRows * 8),
    targets: take(stagedRows * 8),
    gram: take(stride * stride * 8),
    panels: take(threads * panelRows * stride * 8),
    x: take(stagedRows * stride * 4),
  };
  if (!(top <= MOST_BYTES)) {
    throw new RangeError(`products of ${features} features need ${(top / 1e9).toFixed(1)} GB, and 4.2 GB is the most`);
  }
  return { layout, stagedRows, bytes: top };
}

/**
 * Weighted sums of products of shifted columns and a target: `sum_i w_i (x_i - s)(x_i - s)'`, in double precision, on one or more
 * threads. The caller stages rows and adds them, block by block. No sum depends on the number of threads.
 */
export class GramEngine {
  /** How many rows can be staged at once, and the floats from one to the next (0 beyond the features). */
  readonly stagedRows: number;
  readonly stride: number;
  readonly x: Float32Array;
  /** Of the staged rows: the root of the weight, and the target (shifted by the caller). */
  readonly factors: Float64Array;
  readonly targets: Float64Array;
  /** What is subtracted from each column. */
  readonly shifts: Float64Array;
  /** Lower triangle of `stride x stride` sums, in tiles of 4 x 4; row `features` holds the products with the target. */
  readonly gram: Float64Array;

  private constructor(
    private readonly team: Team<GramLane>,
    private readonly memory: WebAssembly.Memory,
    layout: GramLayout,
    stagedRows: number,
  ) {
    const { buffer } = memory;
    this.stagedRows = stagedRows;
    this.stride = layout.stride;
    this.x = new Float32Array(buffer, layout.x, stagedRows * layout.stride);
    this.factors = new Float64Array(buffer, layout.factors, stagedRows);
    this.targets = new Float64Array(buffer, layout.targets, stagedRows);
    this.shifts = new Float64Array(buffer, layout.shifts, layout.stride);
    this.gram = new Float64Array(buffer, layout.gram, layout.stride * layout.stride);
  }

  /** Throws RangeError when the sums do not fit in 4 GB. */
  static async create(shape: GramShape): Promise<GramEngine> {
    const threads = usableThreads(shape.threads);
    const { layout, stagedRows, bytes } = layOut({ ...shape, threads });
    const memory = takeMemory(bytes);
    new Uint8Array(memory.buffer).fill(0, layout.control, bytes);
    const team = await Team.start(new URL('./gram-lane.js', import.meta.url), createLane, { memory, layout }, threads);
    return new GramEngine(team, memory, layout, stagedRows);
  }

  /** Adds the products of the first `rows` staged rows. */
  add(rows: number): void {
    this.team.lane.command[0] = rows;
    this.team.step();
  }

  /** Ends the workers and gives the memory to the next engine: nothing of this one may be used afterwards. */
  async close(): Promise<void> {
    await this.team.stop();
    returnMemory(this.memory);
  }
}
