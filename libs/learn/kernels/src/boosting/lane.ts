import { loadKernels } from '../team/load-kernels.js';
import { Rendezvous } from '../team/rendezvous.js';
import type { Lane } from '../team/team.js';
import { bundledRuns } from './bundled-runs.js';
import { ARGUMENTS, NODE_WORDS, PLACE, readRules, type SplitRules, STEP, TREE } from './command.js';
import { HistogramBuilder } from './histogram-builder.js';
import type { BoostingKernels } from './kernels.js';
import {
  BLOCK_ROWS,
  BLOCK_WORDS,
  bundledLayout,
  COMMAND_WORDS,
  columnAddress,
  type Layout,
  SCRATCH_BYTES,
} from './layout.js';
import { sumLosses, writeGradients } from './loss.js';
import { type NodeScan, SplitScanner } from './split-scanner.js';

/** Rows binned per kernel call: their values stay in the cache while one feature after the other is binned. */
const BIN_ROWS = 256;

/** One thread's part of an engine: takes its share of each step. All that threads tell each other is in shared memory. */
export class BoostingLane implements Lane {
  readonly kernels: BoostingKernels;
  readonly rendezvous: Rendezvous;
  readonly command: Float64Array;
  private readonly doubles: Float64Array;
  private readonly words: Int32Array;
  private builder: HistogramBuilder;
  private scanner: SplitScanner;
  private bundled = false;
  private tree = -1;
  private treeRules!: SplitRules;

  constructor(
    private readonly memory: WebAssembly.Memory,
    private layout: Layout,
    private readonly thread: number,
  ) {
    const { threads, features } = layout.shape;
    this.kernels = loadKernels<BoostingKernels>(memory);
    this.rendezvous = new Rendezvous(memory, layout.control, threads);
    this.command = new Float64Array(memory.buffer, layout.command, COMMAND_WORDS);
    this.doubles = new Float64Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    const [from, end] = this.columns();
    this.builder = new HistogramBuilder(this.kernels, layout, memory, thread, from, end);
    this.scanner = new SplitScanner(this.kernels, layout, memory, thread, from, Math.min(end, features));
  }

  /** Takes this thread's share of the step in the command block. */
  step(): void {
    const [a, b, c, d] = [this.argument(0), this.argument(1), this.argument(2), this.argument(3)];
    const step = this.command[0];
    if (step === STEP.sort) this.sort(a, b);
    else if (step === STEP.bin) this.bin(a, b);
    else if (step === STEP.bundle) this.bundle(a);
    else if (step === STEP.loss) this.loss(a, b);
    else if (step === STEP.gradient) this.gradient(a, b, c, d);
    else if (step === STEP.measure) this.measure(a);
    else if (step === STEP.quantise) this.quantise(a, b, c);
    else if (step === STEP.roots) this.roots(a, b);
    else if (step === STEP.root) this.root();
    else if (step === STEP.split) this.split();
    else if (step === STEP.leaves) this.leaves(a);
    else if (step === STEP.update) this.update(a, b);
  }

  /** This thread's byte columns: whole panels, or a part of the only one. The first threads get more: number 0 never waits for a start. */
  private columns(): readonly [number, number] {
    const { columns, panelColumns, narrow, shape } = this.layout;
    const unit = narrow ? 4 : panelColumns;
    const bound = (thread: number): number =>
      Math.min(columns, unit * Math.ceil((Math.ceil(columns / unit) * thread) / shape.threads));
    return [bound(this.thread), bound(this.thread + 1)];
  }

  /** Goes over to the bundles that the layout's table describes. */
  private bundle(columns: number): void {
    const { kernels, memory, thread } = this;
    const { bundles, bins, cellBytes, shape } = this.layout;
    this.layout = bundledLayout(this.layout, columns);
    const own = this.columns();
    const { buffer } = memory;
    const places = new Int32Array(buffer, bundles, shape.features * 4);
    const runs = bundledRuns(places, new Int32Array(buffer, bins, shape.features), own, SCRATCH_BYTES / cellBytes);
    const [from, to] = [runs[0]?.from ?? 0, runs.at(-1)?.to ?? 0];
    this.builder = new HistogramBuilder(kernels, this.layout, memory, thread, ...own);
    this.scanner = new SplitScanner(kernels, this.layout, memory, thread, from, to, runs);
    this.bundled = true;
  }

  private argument(i: number): number {
    return this.command[ARGUMENTS + i]!;
  }

  private sort(columns: number, rows: number): void {
    const { staging, shape } = this.layout;
    for (let c = this.thread; c < columns; c += shape.threads) {
      const at = staging + c * rows * 4;
      this.kernels.sortFloats(at, at + columns * rows * 4, rows, this.scratch);
    }
  }

  private bin(first: number, rows: number): void {
    const { staging, shape } = this.layout;
    const [start, end] = this.share(rows);
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

  private loss(kind: number, parameter: number): void {
    const { layout, kernels } = this;
    this.eachBlock((from, to, block) => {
      const at = (layout.blocks >>> 3) + block * BLOCK_WORDS;
      this.doubles[at] = sumLosses(kernels, layout, from, to, kind, parameter);
    });
  }

  /** Pairs of `count` outputs from `first` on, into places 0 to count - 1. */
  private gradient(kind: number, first: number, count: number, parameter: number): void {
    this.eachBlock((from, to) => {
      for (let place = 0; place < count; place++) {
        writeGradients(this.kernels, this.layout, from, to, kind, first + place, parameter, this.pairs(place));
      }
    });
    this.measure(count);
  }

  private measure(count: number): void {
    const { blocks, places } = this.layout;
    this.eachBlock((from, to, block) => {
      for (let place = 0; place < count; place++) {
        this.kernels.spread(from, to, this.pairs(place), blocks + (block * places + place) * BLOCK_WORDS * 8);
      }
    });
  }

  private quantise(scaleG: number, scaleH: number, seed: number): void {
    const pairs = this.pairs(this.command[PLACE]!);
    const { shared, packed: first, shape } = this.layout;
    const packed = first + this.command[PLACE]! * shape.rows * 4;
    const beside = shared === 0 ? 0 : shared + this.command[PLACE]! * 4;
    this.eachBlock((from, to) => this.kernels.quantise(from, to, pairs, scaleG, scaleH, seed, packed, beside));
  }

  /** Arguments: outputs, packed limit. Leaves the histograms of their trees' roots behind the slots. */
  private roots(count: number, limit: number): void {
    const { builder } = this;
    const rows = this.rowsOf(0);
    const shares = builder.sharesRows(rows, limit);
    if (shares) {
      builder.buildRootShares(count, rows, limit);
      this.rendezvous.barrier();
    }
    for (const panel of builder.panels) {
      if (!shares) builder.buildRoots(panel, count, limit);
      else for (let place = 0; place < count; place++) builder.merge(panel, place, this.layout.slots + place);
    }
  }

  /** Arguments: slot, rows, packed limit, whether its histogram is there already, and the node. */
  private root(): void {
    const [slot, rows, limit, built] = [this.argument(0), this.argument(1), this.argument(2), this.argument(3)];
    const { builder, scanner } = this;
    scanner.begin(0, this.node(4), rows, this.rules());
    const source = { place: this.command[PLACE]!, limit };
    const shares = built === 0 && builder.sharesRows(rows, limit);
    if (shares) {
      builder.buildShare(0, 0, rows, source);
      this.rendezvous.barrier();
    }
    for (const panel of builder.panels) {
      if (shares) builder.merge(panel, 0, slot);
      else if (built === 0) builder.build(panel, 0, slot, rows, source);
      if (!this.bundled) scanner.scan(0, builder.histogram(slot, panel.from), panel.from, panel.to);
    }
    if (this.bundled) scanner.scanBundled(0, builder.histogram(slot, 0));
  }

  /**
   * Arguments: leaf, new leaf, feature, whether to scan, slot for the smaller child, slot for the larger child (the parent's
   * histogram is there unless the next is 0), subtract, packed limit, and the left and the right child.
   */
  private split(): void {
    const [left, right] = [this.argument(0), this.argument(1)];
    this.partition(left, right, this.argument(2));
    this.rendezvous.barrier();
    if (this.argument(3) === 0) return;
    const [leftRows, rightRows] = [this.rowsOf(left), this.rowsOf(right)];
    const rules = this.rules();
    this.scanner.begin(0, this.node(8), leftRows, rules);
    this.scanner.begin(1, this.node(8 + NODE_WORDS), rightRows, rules);
    const leftIsSmaller = leftRows <= rightRows;
    const [smallLeaf, largeLeaf] = leftIsSmaller ? [left, right] : [right, left];
    const [smallSlot, largeSlot] = [this.argument(4), this.argument(5)];
    const subtracts = this.argument(6) === 1;
    const source = { place: this.command[PLACE]!, limit: this.argument(7) };
    const { builder, scanner } = this;
    const [few, many] = [Math.min(leftRows, rightRows), Math.max(leftRows, rightRows)];
    const shares = builder.sharesRows(few, source.limit);
    if (shares) {
      builder.buildShare(smallLeaf, 0, few, source);
      if (!subtracts) builder.buildShare(largeLeaf, 1, many, source);
      this.rendezvous.barrier();
    }
    for (const panel of builder.panels) {
      if (shares) builder.merge(panel, 0, smallSlot);
      else builder.build(panel, smallLeaf, smallSlot, few, source);
      if (subtracts) builder.subtract(panel, largeSlot, smallSlot);
      else if (shares) builder.merge(panel, 1, largeSlot);
      else builder.build(panel, largeLeaf, largeSlot, many, source);
      if (this.bundled) continue;
      const { from, to } = panel;
      const [small, large] = [builder.histogram(smallSlot, from), builder.histogram(largeSlot, from)];
      scanner.scan(0, leftIsSmaller ? small : large, from, to);
      scanner.scan(1, leftIsSmaller ? large : small, from, to);
    }
    if (!this.bundled) return;
    scanner.scanBundled(0, builder.histogram(leftIsSmaller ? smallSlot : largeSlot, 0));
    scanner.scanBundled(1, builder.histogram(leftIsSmaller ? largeSlot : smallSlot, 0));
  }

  /** The rules of the tree that is being grown. */
  private rules(): SplitRules {
    const tree = this.command[TREE]!;
    if (this.tree !== tree) {
      this.tree = tree;
      this.treeRules = readRules(this.command);
    }
    return this.treeRules;
  }

  private node(first: number): NodeScan {
    const at = ARGUMENTS + first;
    const { command } = this;
    const bounds = command[at + 5] === 1 ? { lower: command[at + 2]!, upper: command[at + 3]! } : undefined;
    return { gradient: command[at]!, hessian: command[at + 1]!, masked: command[at + 4] === 1, bounds };
  }

  private partition(leaf: number, right: number, feature: number): void {
    const { order, byColumn, binBytes, rowBytes, goesLeft, spare, shape } = this.layout;
    const at = this.segment(leaf, this.thread);
    const [start, n] = [this.words[at]!, this.words[at + 1]!];
    const [column, step] =
      byColumn > 0
        ? [byColumn + feature * binBytes * shape.rows, binBytes]
        : [columnAddress(this.layout, this.columnOf(feature)), rowBytes];
    const part = binBytes === 1 ? this.kernels.partitionStrided : this.kernels.partition16;
    const left = part(order + start * 4, n, column, step, goesLeft, spare + start * 4);
    this.words[at + 1] = left;
    const other = this.segment(right, this.thread);
    this.words[other] = start + left;
    this.words[other + 1] = n - left;
  }

  private columnOf(feature: number): number {
    return this.bundled ? this.words[(this.layout.bundles >>> 2) + feature * 4]! : feature;
  }

  /** Sums each leaf's gradients, one thread a leaf, so that the order of additions does not depend on the threads. */
  private leaves(count: number): void {
    const { leafSums, order, shape } = this.layout;
    const pairs = this.pairs(this.command[PLACE]!);
    for (let leaf = this.thread; leaf < count; leaf += shape.threads) {
      const out = leafSums + leaf * 16;
      this.doubles.fill(0, out >>> 3, (out >>> 3) + 2);
      for (let t = 0; t < shape.threads; t++) {
        const at = this.segment(leaf, t);
        this.kernels.sumPairs(order + this.words[at]! * 4, this.words[at + 1]!, pairs, out);
      }
    }
  }

  /** Adds the leaves' values, which lie at `leafSums`, to the scores of this thread's rows. */
  private update(output: number, count: number): void {
    const { leafSums, order, scores, shape } = this.layout;
    const plane = scores + output * shape.rows * 4;
    for (let leaf = 0; leaf < count; leaf++) {
      const at = this.segment(leaf, this.thread);
      const value = this.doubles[(leafSums >>> 3) + leaf * 2]!;
      this.kernels.addToRows(order + this.words[at]! * 4, this.words[at + 1]!, plane, value);
    }
  }

  private eachBlock(visit: (from: number, to: number, block: number) => void): void {
    const { rows } = this.layout.shape;
    const [first, last] = this.share(Math.ceil(rows / BLOCK_ROWS));
    for (let block = first; block < last; block++) {
      visit(block * BLOCK_ROWS, Math.min(rows, (block + 1) * BLOCK_ROWS), block);
    }
  }

  private share(n: number): readonly [number, number] {
    const { threads } = this.layout.shape;
    return [Math.floor((n * this.thread) / threads), Math.floor((n * (this.thread + 1)) / threads)];
  }

  /** Index of a leaf's part on one thread: its first place in `order` and its number of rows. */
  private segment(leaf: number, thread: number): number {
    return (this.layout.segments >>> 2) + (leaf * this.layout.shape.threads + thread) * 2;
  }

  private rowsOf(leaf: number): number {
    let rows = 0;
    for (let t = 0; t < this.layout.shape.threads; t++) rows += this.words[this.segment(leaf, t) + 1]!;
    return rows;
  }

  private pairs(place: number): number {
    return this.layout.pairs + place * this.layout.shape.rows * 8;
  }

  private get scratch(): number {
    return this.layout.scratch + this.thread * SCRATCH_BYTES;
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
