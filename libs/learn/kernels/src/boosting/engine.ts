import { returnMemory, takeMemory, usableThreads } from '../team/memory.js';
import { CONTROL_BYTES } from '../team/rendezvous.js';
import { Segments } from '../team/segments.js';
import { shareOf } from '../team/share.js';
import { Team } from '../team/team.js';
import { type BestSplit, BestSplits } from './best-split.js';
import { bundledGoesLeft } from './bundled-goes-left.js';
import { ARGUMENTS, NODE_WORDS, PLACE, type SplitRules, STEP, TREE, writeNode, writeRules } from './command.js';
import { type BoostingLane, createLane } from './lane.js';
import { layBundles } from './lay-bundles.js';
import { COMMAND_WORDS, type EngineShape, type Layout, layOut } from './layout.js';
import type { Sums } from './leaf-weight.js';
import { LOSS, type Loss } from './loss.js';
import type { NodeScan } from './split-scanner.js';
import { readSpreads, type Spread, sumBlocks } from './spread.js';

/** What `splitLeaf` is to do. `left` and `right` are the children. */
export interface SplitRequest {
  readonly leaf: number;
  readonly newLeaf: number;
  readonly feature: number;
  readonly left: NodeScan;
  readonly right: NodeScan;
  /** Build histograms and look for the children's best splits; else the rows are only parted. */
  readonly scan: boolean;
  /** Where the smaller child's histogram goes, and the larger child's. */
  readonly smallSlot: number;
  readonly largeSlot: number;
  /** The parent's histogram is in `largeSlot`. */
  readonly subtract: boolean;
}

/**
 * Histogram tree growing over binned rows, in WASM on one or more threads: features are shared out for histograms, rows for
 * everything else, and no sum depends on the number of threads. The caller drives it: bins, then per round loss and
 * gradients, then per tree a root, splits and leaves.
 */
export class BoostingEngine {
  readonly labels: Float32Array;
  readonly weights: Float32Array;
  /** One plane of `rows` a class. */
  readonly scores: Float32Array;
  /** `cells` places a feature: its cuts, ascending, then infinity. */
  readonly cuts: Float32Array;
  /** Bins of each feature, the missing bin included; 0 leaves a feature out. */
  readonly bins: Int32Array;
  readonly staging: Float32Array;
  /** For each feature: 1 when scores must not fall as it grows, -1 when they must not rise, else 0. Nothing for categories. */
  readonly monotone: Int8Array;
  /** 1 for each feature that a `masked` scan may split on: of the root and of a split's left child, and of its right child. */
  readonly masks: readonly [Uint8Array, Uint8Array];
  /** 1 for each bin that goes left in the next split. */
  readonly goesLeft: Uint8Array;
  private readonly activeRows: Uint32Array;
  private readonly order: Uint32Array;
  private readonly segments: Segments;
  private readonly doubles: Float64Array;
  private readonly bytes: Uint8Array;
  private readonly bundlePlaces: Int32Array;
  private readonly bests: BestSplits;
  private bundled = false;
  private active = 0;
  private readonly packedLimits: number[];
  private readonly slotTable: Int32Array;
  /** Outputs of the last pairs, and which of their trees' roots lie behind the slots. */
  private group = 0;
  private readonly rootBuilt: boolean[] = [];

  private constructor(
    private readonly team: Team<BoostingLane>,
    private readonly memory: WebAssembly.Memory,
    private readonly layout: Layout,
  ) {
    const { buffer } = memory;
    const { rows, outputs, features } = layout.shape;
    this.labels = new Float32Array(buffer, layout.labels, rows);
    this.weights = new Float32Array(buffer, layout.weights, rows);
    this.scores = new Float32Array(buffer, layout.scores, rows * outputs);
    this.cuts = new Float32Array(buffer, layout.cuts, features * layout.cells);
    this.bins = new Int32Array(buffer, layout.bins, features);
    this.staging = new Float32Array(buffer, layout.staging, layout.stagingBytes >>> 2);
    this.bundlePlaces = new Int32Array(buffer, layout.bundles, features * 4);
    this.monotone = new Int8Array(buffer, layout.monotone, features).fill(0);
    const mask = (place: number) => new Uint8Array(buffer, layout.masks + place * features, features);
    this.masks = [mask(0), mask(1)];
    this.goesLeft = new Uint8Array(buffer, layout.goesLeft, layout.cells);
    this.activeRows = new Uint32Array(buffer, layout.activeRows, rows);
    this.order = new Uint32Array(buffer, layout.order, rows);
    this.segments = new Segments(layout, memory);
    const histograms = layout.slots + layout.roots;
    this.slotTable = new Int32Array(buffer, layout.slotTable, histograms);
    for (let i = 0; i < histograms; i++) this.slotTable[i] = i;
    this.packedLimits = new Array<number>(layout.places).fill(0);
    this.bests = new BestSplits(buffer, layout);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /**
   * Allocates the memory and, for more than one thread, starts workers; `close` ends them.
   * Throws RangeError when the data does not fit in 4 GB or in what the machine has free.
   */
  static async create(shape: EngineShape): Promise<BoostingEngine> {
    const threads = Math.max(1, Math.min(usableThreads(shape.threads), Math.ceil(shape.features / 4)));
    const layout = layOut({ ...shape, threads });
    const memory = takeMemory(layout.bytes);
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(0, layout.control, layout.control + CONTROL_BYTES);
    bytes.fill(0, layout.command, layout.command + COMMAND_WORDS * 8);
    bytes.fill(0, layout.accumulators, layout.accumulators + threads * layout.accumulatorBytes);
    const team = await Team.start(new URL('./lane.js', import.meta.url), createLane, { memory, layout }, threads);
    return new BoostingEngine(team, memory, layout);
  }

  /** Places of a feature in `cuts`, and bins it can have. */
  get cells(): number {
    return this.layout.cells;
  }

  /** How many leaves' histograms fit: slots 0 to this - 1. */
  get slots(): number {
    return this.layout.slots;
  }

  /** Ends the workers and gives the memory to the next engine: nothing of this one may be used afterwards. */
  async close(): Promise<void> {
    await this.team.stop();
    returnMemory(this.memory);
  }

  /** Sorts `columns` columns of `rows` floats each at the start of `staging` (no NaN); returns them sorted, one after the other. */
  sortColumns(columns: number, rows: number): Float32Array {
    this.run(STEP.sort, columns, rows);
    return this.staging.subarray(columns * rows, 2 * columns * rows);
  }

  /** Bins rows `[first, first + rows)`, whose values lie row by row in `staging`. */
  binBlock(first: number, rows: number): void {
    this.run(STEP.bin, first, rows);
  }

  /**
   * Once all rows are binned: lets features that are never off their default bins in the same row share byte columns (exclusive
   * feature bundling), where that saves enough. Splits stay the same, with exact histograms up to rounding. Returns the byte columns that histograms are built of.
   */
  async bundle(breathe: () => Promise<void>): Promise<number> {
    const { layout, bytes, bins, bundlePlaces: places } = this;
    const columns = await layBundles(layout, this.team.lane.kernels, { bytes, bins, places }, breathe);
    if (columns === undefined) return layout.shape.features;
    this.bundled = true;
    this.run(STEP.bundle, columns);
    return columns;
  }

  /** The rows that trees grow on, ascending. */
  activate(rows: Uint32Array): void {
    this.activeRows.set(rows);
    this.active = rows.length;
    this.rootBuilt.length = 0;
  }

  /** The weighted sum of losses at the current scores. Must precede the gradients of a round. */
  loss({ kind, parameter }: Loss): number {
    this.run(STEP.loss, LOSS[kind], parameter);
    return sumBlocks(this.doubles, this.layout);
  }

  /** How many outputs' pairs are held at once: places 0 to this - 1. */
  get places(): number {
    return this.layout.places;
  }

  /** The pairs of a place: gradient and hessian of row 0, of row 1, ... The caller may write them; `measurePairs` must follow. */
  pairs(place: number): Float32Array {
    const { pairs, shape } = this.layout;
    return new Float32Array(this.memory.buffer, pairs + place * shape.rows * 8, shape.rows * 2);
  }

  /** Computes the pairs of `count` outputs from `first` on into places 0 to count - 1; returns the spread of each. */
  gradients({ kind, parameter }: Loss, first: number, count: number): Spread[] {
    this.run(STEP.gradient, LOSS[kind], first, count, parameter);
    this.group = count;
    return readSpreads(this.doubles, this.layout, count);
  }

  /** The spread of the pairs of places 0 to count - 1, after the caller wrote them. */
  measurePairs(count: number): Spread[] {
    this.run(STEP.measure, count);
    this.group = count;
    return readSpreads(this.doubles, this.layout, count);
  }

  /**
   * Quantises the pairs of a place. `limit` rows may be added before a 16 | 16 sum can overflow; 0 when the pairs are finer
   * than that.
   */
  quantise(place: number, scaleG: number, scaleH: number, seed: number, limit: number): void {
    this.packedLimits[place] = limit;
    this.rootBuilt.length = 0;
    this.team.lane.command[PLACE] = place;
    this.run(STEP.quantise, scaleG, scaleH, seed);
  }

  /** Starts a tree on the pairs of a place: one leaf of all active rows. Returns its sums in the units of the histogram. */
  beginTree(place: number, rules: SplitRules): Sums {
    const { shape, order, pairs, packed, leafSums } = this.layout;
    const { command, kernels } = this.team.lane;
    command[PLACE] = place;
    command[TREE]!++;
    this.order.set(this.activeRows.subarray(0, this.active));
    for (let t = 0; t < shape.threads; t++) {
      const [start, end] = shareOf(this.active, t, shape.threads);
      this.segments.set(0, t, start, end - start);
    }
    writeRules(command, rules);
    this.doubles.fill(0, leafSums >>> 3, (leafSums >>> 3) + 2);
    if (shape.exact) kernels.sumPairs(order, this.active, pairs + place * shape.rows * 8, leafSums);
    else kernels.sumPacked(order, this.active, packed + place * shape.rows * 4, leafSums);
    return { gradient: this.doubles[leafSums >>> 3]!, hessian: this.doubles[(leafSums >>> 3) + 1]! };
  }

  /** The root's best split. Its histogram goes to `slot`. */
  scanRoot(slot: number, node: NodeScan): BestSplit | undefined {
    const place = this.team.lane.command[PLACE]!;
    this.buildRoots();
    const built = this.rootBuilt[place] === true;
    if (built) {
      const root = this.layout.slots + place;
      [this.slotTable[slot], this.slotTable[root]] = [this.slotTable[root]!, this.slotTable[slot]!];
      this.rootBuilt[place] = false;
    }
    writeNode(this.team.lane.command, 4, node);
    this.run(STEP.root, slot, this.active, this.packedLimits[place]!, built ? 1 : 0);
    return this.bests.read(0);
  }

  /** The first tree on coarse pairs of several outputs: builds the roots of all of them in one pass over the rows. */
  private buildRoots(): void {
    if (this.rootBuilt.length > 0 || this.layout.roots === 0) return;
    const limits = this.packedLimits.slice(0, this.group);
    const shares = this.group > 1 && limits.every((limit) => limit > 0);
    if (shares) this.run(STEP.roots, this.group, Math.min(...limits));
    for (let place = 0; place < this.group; place++) this.rootBuilt.push(shares);
  }

  /** Parts a leaf's rows by `goesLeft`, and finds the children's best splits. */
  splitLeaf(request: SplitRequest): { left: BestSplit | undefined; right: BestSplit | undefined } {
    const { leaf, newLeaf, feature, scan, smallSlot, largeSlot, subtract, left, right } = request;
    if (this.bundled && this.layout.byColumn === 0) {
      const [, offset, usual] = this.bundlePlaces.subarray(feature * 4, feature * 4 + 3);
      if (offset! > 0) bundledGoesLeft(this.goesLeft, this.bins[feature]!, offset!, usual!);
    }
    const { command } = this.team.lane;
    writeNode(command, 8, left);
    writeNode(command, 8 + NODE_WORDS, right);
    const limit = this.packedLimits[command[PLACE]!]!;
    this.run(STEP.split, leaf, newLeaf, feature, scan ? 1 : 0, smallSlot, largeSlot, subtract ? 1 : 0, limit);
    return scan ? { left: this.bests.read(0), right: this.bests.read(1) } : { left: undefined, right: undefined };
  }

  /** The rows of a leaf, ascending, in as many parts as there are threads: views that the next split changes. */
  leafRows(leaf: number): Uint32Array[] {
    const { threads } = this.layout.shape;
    return Array.from({ length: threads }, (_, t) => {
      const start = this.segments.start(leaf, t);
      return this.order.subarray(start, start + this.segments.count(leaf, t));
    });
  }

  rowsOf(leaf: number): number {
    return this.segments.rowsOf(leaf);
  }

  /** Exact sums of the gradient pairs of leaves 0 to count - 1. */
  leafSums(count: number): Sums[] {
    this.run(STEP.leaves, count);
    const first = this.layout.leafSums >>> 3;
    return Array.from({ length: count }, (_, leaf) => ({
      gradient: this.doubles[first + leaf * 2]!,
      hessian: this.doubles[first + leaf * 2 + 1]!,
    }));
  }

  /** Adds each leaf's value to its rows' scores of one output. */
  update(output: number, values: ArrayLike<number>): void {
    for (let leaf = 0; leaf < values.length; leaf++) {
      this.doubles[(this.layout.leafSums >>> 3) + leaf * 2] = values[leaf]!;
    }
    this.run(STEP.update, output, values.length);
  }

  private run(step: number, ...args: readonly number[]): void {
    const { command } = this.team.lane;
    command[0] = step;
    for (let i = 0; i < args.length; i++) command[ARGUMENTS + i] = args[i]!;
    this.team.step();
  }
}
