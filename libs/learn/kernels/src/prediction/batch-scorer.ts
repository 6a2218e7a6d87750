import type { Job } from './crew.js';
import { type Workplace, workplace } from './workplace.js';

/** A forest in an arena as kernels for batches want it; see src/assembly/prediction/job.ts. Addresses are bytes. */
export interface BatchTrees {
  readonly kernel: 'sweepBlock' | 'walkBlock';
  /** What was taken from the arena. */
  readonly piece: number;
  /** Which columns are looked at, and how many of them. */
  readonly columns: number;
  readonly columnCount: number;
  /** Slots among the bins of a row. */
  readonly width: number;
  /** The trees' records. */
  readonly records: number;
  /** 0 where leaves hold values. */
  readonly vectors: number;
  readonly categorical: number;
  readonly categoricalCount: number;
  /** Trees so large that many rows should pass through one while it is in the cache. */
  readonly isDeep: boolean;
}

/** Rows that are binned or gathered at once, as in the kernels. */
const ROWS = 64;
const MOST_DEEP_ROWS = 2048;
const RECORD_BYTES = 64;
/** Room of a sweep besides bins and scores: a leaf a row, and findings put aside. */
const SWEEP_BYTES = 64 + 65 * 64;
/** Bytes of rows that are copied in before threads are through with them. */
const CHUNK_BYTES = 4 << 20;
const MOST_BLOCKS = 0xffff;
/** Rows copied in before the other threads are told of them. */
const FILL_ROWS = 512;
/** About how long a row takes through a tree, in nanoseconds. */
const TREE_NS = { sweep: 5, walk: 12, deep: 200 } as const;
/** Batches that take longer are shared out to threads; those that take still longer start them. */
const USES_THREADS_NS = 400_000;
const STARTS_THREADS_NS = 5_000_000;

/** Scores many rows, in blocks; large batches by many threads. */
export class BatchScorer {
  private readonly place: Workplace = workplace();

  /** `cols` is the number of columns of the rows, `threads` how many may be used. */
  constructor(
    private readonly trees: BatchTrees,
    private readonly cols: number,
    private readonly outputs: number,
    private readonly threads: number,
  ) {}

  /** As ForestScorer's. Throws RangeError when the prediction memory is full. */
  addScores(x: Float32Array, rows: number, scores: Float64Array, first: number, end: number): void {
    const threads = this.threadsFor(rows * (end - first));
    const chunk = this.chunkRows(rows, threads);
    for (let from = 0; from < rows; from += chunk) {
      this.addChunk(x, from, Math.min(chunk, rows - from), scores, first, end, threads);
    }
  }

  private threadsFor(steps: number): number {
    const { threads, place, trees } = this;
    const nanoseconds = steps * TREE_NS[trees.isDeep ? 'deep' : trees.kernel === 'sweepBlock' ? 'sweep' : 'walk'];
    if (threads > 1 && nanoseconds >= STARTS_THREADS_NS) place.crew.start(threads);
    return nanoseconds >= USES_THREADS_NS ? threads : 1;
  }

  /** Rows copied in at once: as few as stay in the cache for one thread, enough to share out for more. */
  private chunkRows(rows: number, threads: number): number {
    const { isDeep } = this.trees;
    if (threads === 1) return isDeep ? MOST_DEEP_ROWS : ROWS;
    const most = Math.floor(CHUNK_BYTES / (this.cols * 4 * ROWS)) * ROWS;
    return Math.min(
      Math.max(most, isDeep ? MOST_DEEP_ROWS * threads : ROWS),
      Math.ceil(rows / ROWS) * ROWS,
      MOST_BLOCKS * ROWS,
    );
  }

  private blockRows(rows: number, threads: number): number {
    if (!this.trees.isDeep) return ROWS;
    return Math.min(MOST_DEEP_ROWS, Math.ceil(rows / threads / ROWS) * ROWS);
  }

  private addChunk(
    ...[x, from, rows, scores, first, end, threads]: [
      ...[x: Float32Array, from: number, rows: number, scores: Float64Array],
      ...[first: number, end: number, threads: number],
    ]
  ): void {
    const { cols, outputs, place, trees } = this;
    const padded = Math.ceil(rows / ROWS) * ROWS;
    const blockRows = this.blockRows(rows, threads);
    const rowBytes = padded * cols * 4;
    const scoreBytes = padded * outputs * 8;
    const scratchBytes = this.scratchBytes(blockRows);
    const record = place.reserve(RECORD_BYTES + rowBytes + scoreBytes + threads * scratchBytes);
    const [rowsAt, scoresAt] = [record + RECORD_BYTES, record + RECORD_BYTES + rowBytes];
    const { words, floats, doubles } = place.arena;
    const of = [rowsAt, rows, cols * 4, blockRows, scoresAt, outputs, trees.columns, trees.columnCount, trees.width];
    const rest = [trees.records + first * 16, end - first, trees.vectors, trees.categorical, trees.categoricalCount];
    words.set([...of, ...rest], record >>> 2);
    const sums = scoresAt >>> 3;
    doubles.set(scores.subarray(from * outputs, (from + rows) * outputs), sums);
    const fill = (block: number): number => {
      const begin = block * blockRows;
      const stop = Math.min(rows, begin + Math.max(blockRows, FILL_ROWS));
      floats.set(x.subarray((from + begin) * cols, (from + stop) * cols), (rowsAt >>> 2) + begin * cols);
      return Math.ceil(stop / blockRows);
    };
    const job: Job = { kernel: trees.kernel, record, scratch: scoresAt + scoreBytes, scratchBytes };
    place.crew.run(job, Math.ceil(rows / blockRows), threads, fill);
    scores.set(doubles.subarray(sums, sums + rows * outputs), from * outputs);
  }

  private scratchBytes(blockRows: number): number {
    const { kernel, columnCount, width } = this.trees;
    if (kernel === 'sweepBlock') return SWEEP_BYTES + this.outputs * 512 + width * ROWS;
    return blockRows * 4 + (blockRows / 8) * columnCount * 64;
  }
}
