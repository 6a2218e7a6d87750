import { Arena } from './arena.js';
import type { PredictionKernels } from './kernels.js';
import { type PackedTrees, packTrees, type TreeArrays } from './pack-trees.js';

/** Rows walked at once, as in the kernels. */
const LANES = 8;
/** Rows gathered at once: their blocks stay in the cache while tree after tree walks over them. */
const BLOCK_ROWS = 64;
/** Trees walked before what their leaves hold is added. */
const TREES_AT_ONCE = 32;
const SLOT_BYTES = 64;

/** A thread's prediction memory, and the piece of it that scorers work in, one at a time. */
let arena: Arena<PredictionKernels> | undefined;
let scratch = 0;
let scratchBytes = 0;

function reserveScratch(bytes: number): void {
  if (bytes <= scratchBytes) return;
  if (scratchBytes > 0) arena!.give(scratch);
  scratchBytes = 0;
  scratch = arena!.take(bytes);
  scratchBytes = bytes;
}

/** Frees a forest whose scorer nobody holds any more. */
const registry = new FinalizationRegistry<number>((piece) => arena?.give(piece));

/**
 * Adds trees' leaves to the scores of rows, in WASM: eight rows at once through a tree, or one row through eight trees. The
 * forest is copied into the thread's prediction memory once and stays until the scorer is collected or freed. A row alone
 * gets the very scores it gets among others: f64 sums of what its leaves hold, added tree by tree.
 */
export class ForestScorer {
  private readonly arena: Arena<PredictionKernels>;
  private readonly packed: PackedTrees;
  private readonly outputs: number;
  private readonly wide: boolean;
  /** Places in the scratch piece, from its start. */
  private readonly blocks: number;
  private readonly leaves: number;
  private readonly scores: number;
  private readonly bytes: number;

  /** `cols` is the number of columns of the rows. Throws RangeError when the prediction memory is full. */
  constructor(
    forest: TreeArrays,
    private readonly cols: number,
  ) {
    arena ??= new Arena();
    this.arena = arena;
    this.outputs = forest.outputs;
    this.wide = forest.vectors !== undefined;
    this.packed = packTrees(arena, forest, cols);
    registry.register(this, this.packed.piece, this);
    this.blocks = roundUp(BLOCK_ROWS * cols * 4);
    this.leaves = this.blocks + (BLOCK_ROWS / LANES) * this.packed.slots * SLOT_BYTES;
    this.scores = this.leaves + TREES_AT_ONCE * BLOCK_ROWS * 4;
    this.bytes = this.scores + roundUp(BLOCK_ROWS * this.outputs * 8);
    reserveScratch(this.bytes);
  }

  /** Trees of the forest. */
  get trees(): number {
    return this.packed.trees;
  }

  /**
   * Adds the trees [first, end) to `scores`, row-major `rows x outputs`; `x` is row-major `rows x cols`. Allocates nothing
   * for one row.
   */
  addScores(x: Float32Array, rows: number, scores: Float64Array, first = 0, end = this.packed.trees): void {
    reserveScratch(this.bytes);
    if (rows < LANES / 2) {
      for (let row = 0; row < rows; row++) this.addRow(x, row, scores, first, end);
      return;
    }
    for (let row = 0; row < rows; row += BLOCK_ROWS) {
      this.addBlock(x, row, Math.min(BLOCK_ROWS, rows - row), scores, first, end);
    }
  }

  /** Frees the forest at once; the scorer must not be used again. */
  free(): void {
    registry.unregister(this);
    this.arena.give(this.packed.piece);
  }

  private addRow(x: Float32Array, row: number, scores: Float64Array, first: number, end: number): void {
    const { cols, outputs, packed } = this;
    const { kernels, floats, doubles } = this.arena;
    const staged = scratch >>> 2;
    for (let j = 0, at = row * cols; j < cols; j++, at++) floats[staged + j] = x[at]!;
    kernels.gatherRow(scratch, packed.columns, packed.slots, scratch + this.blocks);
    if (packed.mixed) this.binCategories(1);
    const sums = (scratch + this.scores) >>> 3;
    const at = row * outputs;
    for (let k = 0; k < outputs; k++) doubles[sums + k] = scores[at + k]!;
    const most = TREES_AT_ONCE * BLOCK_ROWS;
    for (let tree = first; tree < end; tree += most) {
      const count = Math.min(most, end - tree);
      const records = packed.records + tree * 16;
      kernels.walkOne(records, count, scratch + this.blocks, packed.mixed ? 1 : 0, scratch + this.leaves);
      this.addLeaves(records, count, 1, 1);
    }
    for (let k = 0; k < outputs; k++) scores[at + k] = doubles[sums + k]!;
  }

  private addBlock(
    ...[x, row, rows, scores, first, end]: [
      ...[x: Float32Array, row: number, rows: number],
      ...[scores: Float64Array, first: number, end: number],
    ]
  ): void {
    const { cols, outputs, packed } = this;
    const { kernels, floats, doubles } = this.arena;
    floats.set(x.subarray(row * cols, (row + rows) * cols), scratch >>> 2);
    const groups = Math.ceil(rows / LANES);
    const blockBytes = packed.slots * SLOT_BYTES;
    const blocks = scratch + this.blocks;
    for (let g = 0; g < groups; g++) {
      const last = Math.min(LANES, rows - g * LANES) - 1;
      const from = scratch + g * LANES * cols * 4;
      kernels.gatherRows(from, cols, last, packed.columns, packed.slots, blocks + g * blockBytes);
    }
    if (packed.mixed) this.binCategories(groups);
    const sums = (scratch + this.scores) >>> 3;
    doubles.set(scores.subarray(row * outputs, (row + rows) * outputs), sums);
    for (let tree = first; tree < end; tree += TREES_AT_ONCE) {
      const count = Math.min(TREES_AT_ONCE, end - tree);
      const records = packed.records + tree * 16;
      kernels.walkBlocks(records, count, blocks, groups, blockBytes, scratch + this.leaves);
      this.addLeaves(records, count, rows, groups * LANES);
    }
    scores.set(doubles.subarray(sums, sums + rows * outputs), row * outputs);
  }

  private addLeaves(records: number, count: number, rows: number, rowsWalked: number): void {
    const { kernels } = this.arena;
    const leaves = scratch + this.leaves;
    const scores = scratch + this.scores;
    const { outputs } = this;
    if (this.wide) kernels.addLeafVectors(count, leaves, rows, rowsWalked, this.packed.vectors, outputs, scores);
    else kernels.addLeaves(records, count, leaves, rows, rowsWalked, scores, outputs * 8);
  }

  private binCategories(groups: number): void {
    const { slots, categoricalSlots } = this.packed;
    for (let g = 0; g < groups; g++) {
      const block = scratch + this.blocks + g * slots * SLOT_BYTES;
      for (const { slot, table, codes } of categoricalSlots) {
        this.arena.kernels.binSlot(block + slot * SLOT_BYTES, table, codes);
      }
    }
  }
}

const roundUp = (bytes: number): number => Math.ceil(bytes / 64) * 64;
