import { returnMemory, takeMemory } from '../team/memory.js';
import { CONTROL_BYTES } from '../team/rendezvous.js';
import { Team } from '../team/team.js';
import { KERNEL, type KernelFunction } from './kernels.js';
import { createLane, type KernelRowsLane, STEP, WORD } from './lane.js';
import { BATCH_ROWS, type KernelRowsLayout, type KernelRowsShape, layOutKernelRows, rowBytes } from './layout.js';
import { RowCache } from './row-cache.js';

/** Multiplications of one step. */
const MOST_PRODUCTS = 2e8;

/**
 * Rows of a kernel matrix over the active rows of `x`, computed by SIMD in f32 in batches on one or more threads and kept in
 * an LRU cache; and sequential minimal optimisation in a working set of them. No result depends on the number of threads or
 * on what is cached.
 */
export class KernelRowsEngine {
  /** Row-major `rows x cols`: fill it, then call `prepare`. */
  readonly x: Float32Array;
  /** One sum for each active row; `addRows` adds to them. */
  readonly sums: Float64Array;
  /** The working set's coefficients, gradients and bounds. */
  readonly coefficients: Float64Array;
  readonly gradients: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Kernel rows computed so far. */
  computed = 0;
  private readonly xNorms: Float32Array;
  private readonly norms: Float32Array;
  private readonly list: Int32Array;
  private readonly batchList: Int32Array;
  private readonly batchNorms: Float32Array;
  private readonly addresses: Uint32Array;
  private readonly columns: Int32Array;
  private readonly deltas: Float64Array;
  private readonly violationOut: Float64Array;
  private readonly cache: RowCache;
  private active = 0;

  private constructor(
    private readonly team: Team<KernelRowsLane>,
    private readonly memory: WebAssembly.Memory,
    private readonly layout: KernelRowsLayout,
    private readonly kernel: KernelFunction,
  ) {
    const { buffer } = memory;
    const { rows, cols, workingSet } = layout.shape;
    this.x = new Float32Array(buffer, layout.x, rows * cols);
    this.xNorms = new Float32Array(buffer, layout.xNorms, rows);
    this.norms = new Float32Array(buffer, layout.norms, Math.ceil(rows / 8) * 8);
    this.sums = new Float64Array(buffer, layout.sums, rows);
    this.list = new Int32Array(buffer, layout.list, rows);
    this.batchList = new Int32Array(buffer, layout.batchList, BATCH_ROWS);
    this.batchNorms = new Float32Array(buffer, layout.batchNorms, BATCH_ROWS);
    const places = Math.max(BATCH_ROWS, workingSet);
    this.addresses = new Uint32Array(buffer, layout.addresses, places);
    this.columns = new Int32Array(buffer, layout.columns, places);
    this.deltas = new Float64Array(buffer, layout.deltas, places);
    const plane = (i: number) => new Float64Array(buffer, layout.variables + 64 + i * workingSet * 8, workingSet);
    this.coefficients = plane(0);
    this.gradients = plane(1);
    this.low = plane(2);
    this.high = plane(3);
    this.violationOut = new Float64Array(buffer, layout.variables, 1);
    this.cache = new RowCache(rows);
  }

  /** Throws RangeError with an estimate when the data and the cache do not fit in 4 GB. */
  static async create(shape: KernelRowsShape, kernel: KernelFunction): Promise<KernelRowsEngine> {
    const layout = layOutKernelRows(shape);
    const memory = takeMemory(layout.bytes);
    new Uint8Array(memory.buffer).fill(0, layout.control, layout.control + CONTROL_BYTES);
    const team = await Team.start(new URL('./lane.js', import.meta.url), createLane, { memory, layout }, shape.threads);
    return new KernelRowsEngine(team, memory, layout, kernel);
  }

  /** Ends the workers and gives the memory to the next engine: nothing of this one may be used afterwards. */
  async close(): Promise<void> {
    await this.team.stop();
    returnMemory(this.memory);
  }

  /** To be called when `x` is filled. */
  prepare(): void {
    const { x, xNorms, shape } = this.layout;
    this.team.lane.kernels.squaredNorms(x, shape.rows, shape.cols, xNorms);
  }

  /** The rows of `x` that kernel rows run over, in this order. The cache is emptied. */
  activate(rows: Int32Array): void {
    this.pack(rows);
    this.cache.reset(this.slots());
  }

  /**
   * Goes on with some of the active rows: `kept` are their places among the active ones, ascending. Cached rows stay;
   * `between` is awaited now and then while they are made shorter, and nothing else may be asked of the engine until then.
   */
  async keep(kept: Int32Array, between: () => Promise<void>): Promise<void> {
    const { cache, layout, list } = this;
    const before = rowBytes(this.active);
    const rows = Int32Array.from(kept, (place) => list[place]!);
    list.set(kept);
    const after = rowBytes(kept.length);
    for (let slot = 0; slot < cache.filled; slot++) {
      const from = layout.cache + slot * before;
      this.team.lane.kernels.keepColumns(from, layout.list, kept.length, layout.cache + slot * after);
      if (slot % BATCH_ROWS === 0) await between();
    }
    this.pack(rows);
    cache.grow(this.slots());
  }

  /** Whether all kernel rows fit in the cache while all rows of `x` are active: then no row is ever computed twice. */
  get holdsAll(): boolean {
    const { rows } = this.layout.shape;
    return this.layout.cacheBytes >= rows * rowBytes(rows);
  }

  /** Kernel rows that fit in the cache at once. */
  private slots(): number {
    return Math.max(1, Math.min(this.layout.shape.rows, Math.floor(this.layout.cacheBytes / rowBytes(this.active))));
  }

  private pack(rows: Int32Array): void {
    const { layout, norms, xNorms } = this;
    this.active = rows.length;
    this.list.set(rows);
    this.team.lane.kernels.packPanels(layout.x, layout.list, rows.length, layout.shape.cols, 8, layout.panels);
    norms.fill(0);
    for (let i = 0; i < rows.length; i++) norms[i] = xNorms[rows[i]!]!;
  }

  /**
   * Brings the kernel rows of `rows` (indices into `x`) into the cache, BATCH_ROWS at a time; `between` is awaited after each
   * batch. The rows stay until the next call.
   */
  async load(rows: Int32Array, between: () => Promise<void>): Promise<void> {
    const missing: number[] = [];
    const since = this.cache.mark();
    for (const row of rows) if (this.cache.find(row) < 0) missing.push(row);
    // A row may be asked for twice: the two variables of a regression share theirs.
    const distinct = Int32Array.from(new Set(missing));
    const size = this.batchRows();
    for (let first = 0; first < distinct.length; first += size) {
      const batch = distinct.subarray(first, first + size);
      this.cache.place(batch, batch.length, since);
      this.compute(batch);
      await between();
    }
  }

  /** Rows computed in one step, so few that a step takes some 20 milliseconds at most: others want their turn in between. */
  private batchRows(): number {
    const fitting = MOST_PRODUCTS / (this.active * this.layout.shape.cols);
    return Math.max(4, Math.min(BATCH_ROWS, 4 * Math.floor(fitting / 4)));
  }

  private compute(rows: Int32Array): void {
    const { cols } = this.layout.shape;
    const { command } = this.team.lane;
    for (let i = 0; i < rows.length; i++) {
      this.batchList[i] = rows[i]!;
      this.batchNorms[i] = this.xNorms[rows[i]!]!;
      this.addresses[i] = this.addressOf(rows[i]!);
    }
    const { x, batch, batchList } = this.layout;
    this.team.lane.kernels.packPanels(x, batchList, rows.length, cols, 4, batch);
    command[WORD.kind] = KERNEL[this.kernel.kind];
    command[WORD.gamma] = this.kernel.gamma;
    command[WORD.coef0] = this.kernel.coef0;
    command[WORD.degree] = this.kernel.degree;
    this.computed += rows.length;
    this.run(STEP.compute, rows.length);
  }

  /** Adds `deltas[i]` times the kernel row of `rows[i]`, which must be loaded, to `sums`. */
  addRows(rows: Int32Array, deltas: Float64Array): void {
    for (let i = 0; i < rows.length; i++) this.addresses[i] = this.addressOf(rows[i]!);
    this.deltas.set(deltas);
    this.run(STEP.add, rows.length);
  }

  /**
   * Gathers the kernel among the working set: the loaded rows of `rows` at the active places `columns`. `optimise` then works
   * on it and on `coefficients`, `gradients`, `low` and `high`.
   */
  gather(rows: Int32Array, columns: Int32Array): void {
    for (let i = 0; i < rows.length; i++) this.addresses[i] = this.addressOf(rows[i]!);
    this.columns.set(columns);
    const { addresses, square } = this.layout;
    this.team.lane.kernels.gatherSquare(addresses, this.layout.columns, rows.length, square);
  }

  /** Takes up to `most` steps of SMO in the working set of `n` variables. */
  optimise(n: number, tolerance: number, most: number): { readonly steps: number; readonly violation: number } {
    const { square, variables, shape } = this.layout;
    const plane = (i: number) => variables + 64 + i * shape.workingSet * 8;
    const [b, g, low, high] = [plane(0), plane(1), plane(2), plane(3)];
    const steps = this.team.lane.kernels.smo(square, n * 4, n, b, g, low, high, tolerance, most, variables);
    return { steps, violation: this.violationOut[0]! };
  }

  private addressOf(row: number): number {
    const slot = this.cache.find(row);
    if (slot < 0) throw new RangeError(`the kernel row of ${row} is not loaded`);
    return this.layout.cache + slot * rowBytes(this.active);
  }

  private run(step: number, count: number): void {
    const { command } = this.team.lane;
    command[WORD.step] = step;
    command[WORD.count] = count;
    command[WORD.columns] = this.active;
    this.team.step();
  }
}
