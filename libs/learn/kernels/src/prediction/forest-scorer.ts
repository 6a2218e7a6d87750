import { BatchScorer } from './batch-scorer.js';
import { Crew } from './crew.js';
import { packPrograms } from './pack-programs.js';
import { type PackedTrees, packTrees, type TreeArrays } from './pack-trees.js';
import { RowScorer } from './row-scorer.js';
import { workplace } from './workplace.js';

const CATEGORICAL = 2;
/** Most leaves of a tree that is swept: beyond, a walk takes less. */
const MOST_SWEPT_LEAVES = 128;
/** Fewer rows are walked one by one; fewer than that are not binned for a sweep. */
const FEW_ROWS = 4;
const LEAST_SWEPT_ROWS = 32;
/** Rows times trees below which a forest is not prepared for a sweep. */
const LEAST_SWEPT_STEPS = 2000;

/** Frees a forest whose scorer nobody holds any more. */
const registry = new FinalizationRegistry<number>((piece) => workplace().arena.give(piece));

/**
 * Adds trees' leaves to the scores of rows, in WASM. Rows are walked through trees, eight at a time, or one through eight trees; but
 * many rows through many small trees are binned, and the trees swept over them, 64 rows at once. The forest is copied into the
 * thread's prediction memory once and stays until the scorer is collected or freed. A row alone gets the very scores it gets
 * among others, on any number of threads: f64 sums of what its leaves hold, added tree by tree.
 */
export class ForestScorer {
  /** Trees of the forest. */
  readonly trees: number;
  private readonly packed: PackedTrees;
  private readonly row: RowScorer;
  private readonly walk: BatchScorer;
  private readonly threads: number;
  /** Kept as long as a sweep may be prepared. */
  private readonly forest: TreeArrays | undefined;
  private sweep: { readonly scorer: BatchScorer; readonly columns: number; readonly piece: number } | undefined;

  /**
   * `cols` is the number of columns of the rows, `threads` how many large batches may use. Throws RangeError when the prediction
   * memory is full.
   */
  constructor(
    forest: TreeArrays,
    private readonly cols: number,
    threads = 1,
  ) {
    this.trees = forest.roots.length;
    this.threads = Crew.most(threads);
    this.packed = packTrees(workplace().arena, forest, cols);
    registry.register(this, this.packed.piece, this);
    this.row = new RowScorer(this.packed, cols, forest.outputs);
    this.walk = new BatchScorer(this.packed, cols, forest.outputs, this.threads);
    this.forest = canBeSwept(forest) ? forest : undefined;
  }

  /**
   * Adds the trees [first, end) to `scores`, row-major `rows x outputs`; `x` is row-major `rows x cols`. Allocates nothing
   * for one row. Throws RangeError when the prediction memory is full.
   */
  addScores(x: Float32Array, rows: number, scores: Float64Array, first = 0, end = this.trees): void {
    if (rows < FEW_ROWS) {
      for (let row = 0; row < rows; row++) this.row.addScores(x, row, scores, first, end);
      return;
    }
    (this.sweepOf(rows, end - first) ?? this.walk).addScores(x, rows, scores, first, end);
  }

  /** Frees the forest at once; the scorer must not be used again. */
  free(): void {
    registry.unregister(this);
    workplace().arena.give(this.packed.piece);
    if (this.sweep) workplace().arena.give(this.sweep.piece);
  }

  /** The sweep, where it pays for so many rows and trees; it is prepared when it first does. */
  private sweepOf(rows: number, trees: number): BatchScorer | undefined {
    const { forest, cols, threads } = this;
    if (!forest || rows < LEAST_SWEPT_ROWS) return undefined;
    if (!this.sweep) {
      if (rows * trees < LEAST_SWEPT_STEPS || trees * 2 < this.packed.columnCount) return undefined;
      const packed = packPrograms(workplace().arena, forest);
      registry.register(this, packed.piece, this);
      const scorer = new BatchScorer(packed, cols, forest.outputs, threads);
      this.sweep = { scorer, columns: packed.columnCount, piece: packed.piece };
    }
    return trees * 2 >= this.sweep.columns ? this.sweep.scorer : undefined;
  }
}

function canBeSwept({ roots, feature, flag }: TreeArrays): boolean {
  if (flag.includes(CATEGORICAL)) return false;
  return roots.every((root, t) => (roots[t + 1] ?? feature.length) - root < 2 * MOST_SWEPT_LEAVES);
}
