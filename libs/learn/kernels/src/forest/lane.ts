import { loadKernels } from '../team/load-kernels.js';
import { Rendezvous } from '../team/rendezvous.js';
import { shareOf } from '../team/share.js';
import type { Lane } from '../team/team.js';
import { GrowthRecord } from './growth-record.js';
import type { ForestKernels } from './kernels.js';
import { FOREST_KIND, type ForestLayout, MOST_FINISHED, NODE_BYTES } from './layout.js';

export const FOREST_STEP = { sort: 0, divide: 1, code: 2, grow: 3 } as const;

/** Rows binned per kernel call: their values stay in the cache while one feature after the other is binned. */
const BIN_ROWS = 256;
/** Rows looked at in a step, some 10 milliseconds: the caller may stop the fit after each. */
const BUDGET = 2_000_000;

/** One thread of a forest: bins its share of the data, then grows one tree after the other. */
export class ForestLane implements Lane {
  readonly kernels: ForestKernels;
  readonly rendezvous: Rendezvous;
  readonly command: Float64Array;
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly record: GrowthRecord;
  /** The tree being grown; -1 between trees. */
  private tree = -1;
  /** Nodes and vectors of trees that are finished, before those of the tree being grown. */
  private nodesBefore = 0;
  private vectorsBefore = 0;

  constructor(
    memory: WebAssembly.Memory,
    private readonly layout: ForestLayout,
    private readonly thread: number,
  ) {
    this.kernels = loadKernels<ForestKernels>(memory);
    this.rendezvous = new Rendezvous(memory, layout.control, layout.shape.threads);
    this.command = new Float64Array(memory.buffer, layout.command, 8);
    this.words = new Int32Array(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
    this.record = new GrowthRecord(memory, layout.growths[thread]!);
    this.configure();
  }

  /** Takes this thread's share of the step in the command block. */
  step(): void {
    const [step, a, b, c] = this.command;
    if (step === FOREST_STEP.sort) this.sort(a!, b!);
    else if (step === FOREST_STEP.divide) this.divide(a!, b!, c!);
    else if (step === FOREST_STEP.code) this.code(a!, b!);
    else this.grow();
  }

  private configure(): void {
    const { layout, thread } = this;
    const { shape, statisticBytes, partBits, blockRows } = layout;
    const statistics = layout.statistics[thread]!;
    this.record.write({
      ...shape,
      kind: FOREST_KIND[shape.kind],
      random: Number(shape.randomThresholds),
      balanced: Number(shape.balancedSubsample),
      minDecrease: shape.minImpurityDecrease,
      ...{ partBits, byRow: layout.byRow, byColumn: layout.byColumn, bins: layout.bins, codes: layout.codes[thread]! },
      ...{ block: layout.block[thread]!, blockValues: layout.blockValues[thread]!, blockRows },
      ...{
        lows: layout.lows,
        highs: layout.highs,
        middles: layout.middles,
        targets: layout.targets,
        weights: layout.weights,
      },
      ...{ entries: layout.entries[thread]!, spare: layout.spare[thread]!, histogram: layout.histogram[thread]! },
      ...{ counts: layout.counts[thread]!, occupied: layout.occupied[thread]!, order: layout.order[thread]! },
      ...{ node: statistics, left: statistics + statisticBytes, best: statistics + 3 * statisticBytes },
      ...{ stack: layout.stack[thread]!, nodes: layout.nodes[thread]!, vectors: layout.vectors[thread]! },
    });
    this.bytes.fill(0, layout.histogram[thread]!, layout.histogram[thread]! + layout.histogramBytes);
  }

  private sort(columns: number, rows: number): void {
    const { byRow, shape, sortCounts } = this.layout;
    for (let c = this.thread; c < columns; c += shape.threads) {
      const at = byRow + c * rows * 4;
      this.kernels.sortFloats(at, at + columns * rows * 4, rows, sortCounts[this.thread]!);
    }
  }

  /** The columns [first, first + columns) lie sorted in the second half of what sort has used; `missing` values of each are left out. */
  private divide(first: number, columns: number, rows: number): void {
    const { byRow, shape, cuts, bins, lows, highs, middles, partBits, randomCounts } = this.layout;
    for (let c = this.thread; c < columns; c += shape.threads) {
      const f = first + c;
      const values = this.words[(this.layout.present >>> 2) + c]!;
      const at = byRow + (columns + c) * rows * 4;
      const place = f * 1024 * 2 ** partBits;
      const found = this.words[(bins >>> 2) + f]! - 2;
      this.kernels.divideBins(at, values, cuts + f * 1024, found, partBits, lows + place, highs + place);
      if (randomCounts) this.kernels.middleValues(lows + place, highs + place, 256 << partBits, middles + place);
    }
  }

  private code(first: number, rows: number): void {
    const { staging, cuts, highs, partBits, byRow, byColumn, shape } = this.layout;
    const { threads, features } = shape;
    const [start, end] = shareOf(rows, this.thread, threads);
    for (let row = start; row < end; row += BIN_ROWS) {
      const n = Math.min(BIN_ROWS, end - row);
      const at = staging + row * features * 4;
      const codes = byRow + (first + row) * features * 2;
      this.kernels.codeRows(at, n, features, cuts, highs, partBits, codes, byColumn + first + row, shape.rows);
    }
  }

  /** Grows trees until the budget is used up; lists those that were finished. Which thread grows a tree does not matter. */
  private grow(): void {
    const { layout, kernels, record, words } = this;
    const { shape, treeNodes, treeVectors } = layout;
    const list = layout.lists[this.thread]! >>> 2;
    words[list] = 0;
    this.moveDown();
    for (let budget = BUDGET; budget > 0 && words[list]! < MOST_FINISHED; ) {
      if (this.tree < 0) {
        const roomy = this.nodesBefore <= treeNodes && this.vectorsBefore <= treeVectors;
        if (!roomy || !this.beginTree()) return;
        budget -= shape.rows;
      }
      budget -= kernels.growTree(record.address, budget);
      if (kernels.isDone(record.address) === 0) return;
      const { nodeCount, vectorCount } = record;
      words.set([this.tree, this.nodesBefore, nodeCount, vectorCount], list + 4 + 4 * words[list]!);
      words[list]!++;
      this.nodesBefore += nodeCount;
      this.vectorsBefore += vectorCount;
      this.tree = -1;
    }
  }

  /** False when all trees have been begun. */
  private beginTree(): boolean {
    const { layout, words } = this;
    const tree = Atomics.add(words, layout.begun >>> 2, 1);
    if (tree >= layout.shape.trees) return false;
    this.tree = tree;
    this.place();
    this.kernels.beginTree(this.record.address, words[(layout.seeds >>> 2) + tree]!);
    return true;
  }

  /** Tells the kernel where the tree being grown lies. */
  private place(): void {
    const { layout, thread } = this;
    const vectorBytes = layout.shape.classes * 4;
    this.record.moveTo(
      layout.nodes[thread]! + this.nodesBefore * NODE_BYTES,
      layout.vectors[thread]! + this.vectorsBefore * vectorBytes,
    );
  }

  /** The trees finished in the last step have been fetched: moves the one being grown to where they lay. */
  private moveDown(): void {
    const { layout, thread, bytes, record } = this;
    if (this.tree >= 0) {
      const vectorBytes = layout.shape.classes * 4;
      const move = (to: number, before: number, count: number, size: number): void => {
        bytes.copyWithin(to, to + before * size, to + (before + count) * size);
      };
      move(layout.nodes[thread]!, this.nodesBefore, record.nodeCount, NODE_BYTES);
      move(layout.vectors[thread]!, this.vectorsBefore, record.vectorCount, vectorBytes);
    }
    this.nodesBefore = 0;
    this.vectorsBefore = 0;
    this.place();
  }
}

/** What each thread of a forest's team is given. */
export interface ForestProgram {
  readonly memory: WebAssembly.Memory;
  readonly layout: ForestLayout;
}

export function createLane({ memory, layout }: ForestProgram, thread: number): ForestLane {
  return new ForestLane(memory, layout, thread);
}
