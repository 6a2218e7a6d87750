import type { Rendezvous } from '../team/rendezvous.js';
import { Segments } from '../team/segments.js';
import { bundledRuns } from './bundled-runs.js';
import { ARGUMENTS, NODE_WORDS, PLACE, readNode, readRules, type SplitRules, TREE } from './command.js';
import { HistogramBuilder } from './histogram-builder.js';
import type { BoostingKernels } from './kernels.js';
import { bundledLayout, COMMAND_WORDS, columnAddress, type Layout, SCRATCH_BYTES } from './layout.js';
import { SplitScanner } from './split-scanner.js';

/** One thread's part of the steps that grow a tree: histograms of its columns or rows, best splits of its features, parted rows. */
export class TreeSteps {
  private readonly command: Float64Array;
  private readonly words: Int32Array;
  private readonly segments: Segments;
  private builder: HistogramBuilder;
  private scanner: SplitScanner;
  private bundled = false;
  private tree = -1;
  private treeRules!: SplitRules;

  constructor(
    private readonly kernels: BoostingKernels,
    private layout: Layout,
    private readonly memory: WebAssembly.Memory,
    private readonly thread: number,
    private readonly rendezvous: Rendezvous,
  ) {
    this.command = new Float64Array(memory.buffer, layout.command, COMMAND_WORDS);
    this.words = new Int32Array(memory.buffer);
    this.segments = new Segments(layout, memory);
    const [from, end] = this.columns();
    this.builder = new HistogramBuilder(kernels, layout, memory, thread, from, end);
    this.scanner = new SplitScanner(kernels, layout, memory, thread, from, Math.min(end, layout.shape.features));
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
  bundle(columns: number): void {
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

  /** Arguments: outputs, packed limit. Leaves the histograms of their trees' roots behind the slots. */
  roots(count: number, limit: number): void {
    const { builder } = this;
    const rows = this.segments.rowsOf(0);
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
  root(): void {
    const [slot, rows, limit, built] = [this.argument(0), this.argument(1), this.argument(2), this.argument(3)];
    const { builder, scanner } = this;
    scanner.begin(0, readNode(this.command, 4), rows, this.rules());
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
  split(): void {
    const [left, right] = [this.argument(0), this.argument(1)];
    this.partition(left, right, this.argument(2));
    this.rendezvous.barrier();
    if (this.argument(3) === 0) return;
    const [leftRows, rightRows] = [this.segments.rowsOf(left), this.segments.rowsOf(right)];
    const rules = this.rules();
    this.scanner.begin(0, readNode(this.command, 8), leftRows, rules);
    this.scanner.begin(1, readNode(this.command, 8 + NODE_WORDS), rightRows, rules);
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

  private partition(leaf: number, right: number, feature: number): void {
    const { order, byColumn, binBytes, rowBytes, goesLeft, spare, shape } = this.layout;
    const { segments, thread } = this;
    const [start, n] = [segments.start(leaf, thread), segments.count(leaf, thread)];
    const [column, step] =
      byColumn > 0
        ? [byColumn + feature * binBytes * shape.rows, binBytes]
        : [columnAddress(this.layout, this.columnOf(feature)), rowBytes];
    const part = binBytes === 1 ? this.kernels.partitionStrided : this.kernels.partition16;
    const left = part(order + start * 4, n, column, step, goesLeft, spare + start * 4);
    segments.set(leaf, thread, start, left);
    segments.set(right, thread, start + left, n - left);
  }

  private columnOf(feature: number): number {
    return this.bundled ? this.words[(this.layout.bundles >>> 2) + feature * 4]! : feature;
  }

  private argument(i: number): number {
    return this.command[ARGUMENTS + i]!;
  }
}
