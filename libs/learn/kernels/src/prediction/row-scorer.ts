import type { PackedTrees } from './pack-trees.js';
import { type Workplace, workplace } from './workplace.js';

/** Trees walked before what their leaves hold is added. */
const TREES_AT_ONCE = 2048;
const SLOT_BYTES = 64;

/** Scores rows one by one, each through eight trees at a time. */
export class RowScorer {
  private readonly place: Workplace = workplace();
  /** Places in the scratch piece, from its start: a row, its values as they are walked, leaves, scores. */
  private readonly block: number;
  private readonly leaves: number;
  private readonly scores: number;
  private readonly bytes: number;

  /** `cols` is the number of columns of the rows. */
  constructor(
    private readonly packed: PackedTrees,
    private readonly cols: number,
    private readonly outputs: number,
  ) {
    this.block = roundUp(cols * 4);
    this.leaves = this.block + packed.columnCount * SLOT_BYTES;
    this.scores = this.leaves + TREES_AT_ONCE * 4;
    this.bytes = this.scores + roundUp(outputs * 8);
  }

  /** Adds the trees [first, end) to the scores of one row; allocates nothing. */
  addScores(x: Float32Array, row: number, scores: Float64Array, first: number, end: number): void {
    const { cols, outputs, packed, place } = this;
    const scratch = place.reserve(this.bytes);
    const { kernels, floats, doubles } = place.arena;
    const block = scratch + this.block;
    const leaves = scratch + this.leaves;
    for (let j = 0, to = scratch >>> 2, at = row * cols; j < cols; j++) floats[to++] = x[at++]!;
    kernels.gatherRow(scratch, packed.columns, packed.columnCount, block);
    for (const { slot, table, codes } of packed.categoricalSlots)
      kernels.binSlot(block + slot * SLOT_BYTES, table, codes);
    const sums = (scratch + this.scores) >>> 3;
    const at = row * outputs;
    for (let k = 0; k < outputs; k++) doubles[sums + k] = scores[at + k]!;
    for (let tree = first; tree < end; tree += TREES_AT_ONCE) {
      const count = Math.min(TREES_AT_ONCE, end - tree);
      const records = packed.records + tree * 16;
      kernels.walkOne(records, count, block, packed.mixed ? 1 : 0, leaves);
      const sumsAt = scratch + this.scores;
      if (packed.vectors > 0) kernels.addLeafVectors(count, leaves, 1, 1, packed.vectors, outputs, sumsAt);
      else kernels.addLeaves(records, count, leaves, 1, 1, sumsAt, outputs * 8);
    }
    for (let k = 0; k < outputs; k++) scores[at + k] = doubles[sums + k]!;
  }
}

const roundUp = (bytes: number): number => Math.ceil(bytes / 64) * 64;
