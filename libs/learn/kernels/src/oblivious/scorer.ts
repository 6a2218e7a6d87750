import { loadKernels } from '../team/load-kernels.js';
import { returnMemory, takeMemory } from '../team/memory.js';

/** Rows that `scoreBlock` takes at once. */
export const SCORE_ROWS = 256;
/** The kernels keep constants of their own below this address. */
const FIRST_ADDRESS = 1 << 16;

interface ScoreKernels {
  binBlock(values: number, step: number, n: number, cuts: number, missingHigh: number, out: number): void;
  scoreBlock(
    ...args: [
      ...[n: number, bins: number, trees: number, depths: number, splits: number, values: number],
      ...[outputs: number, leaves: number, scores: number],
    ]
  ): void;
}

/** Oblivious trees as the kernels want them; see src/assembly/oblivious/predict.ts. */
export interface ScorerTrees {
  readonly outputs: number;
  readonly depths: Int32Array;
  readonly splits: Uint32Array;
  readonly values: Float32Array;
  /** 256 ascending cuts a numeric feature, padded with infinity. */
  readonly cuts: Float32Array;
  readonly features: number;
  readonly columns: number;
}

/** Scores batches of rows by oblivious trees in WASM: each block of rows is binned once, then each tree takes 16 rows at a time. */
export class ObliviousScorer {
  /** Row-major values of a block: SCORE_ROWS x columns. */
  readonly rows: Float32Array;
  /** Bins of a block: SCORE_ROWS entries a feature. */
  readonly bins: Uint8Array;
  /** Row-major scores of a block: SCORE_ROWS x outputs. */
  readonly scores: Float64Array;
  private readonly kernels: ScoreKernels;
  private readonly at: Readonly<
    Record<'rows' | 'bins' | 'scores' | 'depths' | 'splits' | 'values' | 'cuts' | 'leaves', number>
  >;
  private readonly memory: WebAssembly.Memory;

  /** Throws RangeError when the trees need more than 4 GB. */
  constructor(private readonly trees: ScorerTrees) {
    let top = FIRST_ADDRESS;
    const take = (bytes: number): number => {
      const at = top;
      top += Math.ceil(bytes / 64) * 64;
      return at;
    };
    this.at = {
      rows: take(SCORE_ROWS * trees.columns * 4),
      bins: take(SCORE_ROWS * trees.features),
      scores: take(SCORE_ROWS * trees.outputs * 8),
      depths: take(trees.depths.byteLength),
      splits: take(trees.splits.byteLength),
      values: take(trees.values.byteLength),
      cuts: take(trees.cuts.byteLength),
      leaves: take(SCORE_ROWS * 2 + 64),
    };
    this.memory = takeMemory(top);
    const { buffer } = this.memory;
    this.kernels = loadKernels<ScoreKernels>(this.memory);
    new Int32Array(buffer, this.at.depths, trees.depths.length).set(trees.depths);
    new Uint32Array(buffer, this.at.splits, trees.splits.length).set(trees.splits);
    new Float32Array(buffer, this.at.values, trees.values.length).set(trees.values);
    new Float32Array(buffer, this.at.cuts, trees.cuts.length).set(trees.cuts);
    this.rows = new Float32Array(buffer, this.at.rows, SCORE_ROWS * trees.columns);
    this.bins = new Uint8Array(buffer, this.at.bins, SCORE_ROWS * trees.features);
    this.scores = new Float64Array(buffer, this.at.scores, SCORE_ROWS * trees.outputs);
  }

  /** Bins `n` rows' values of a column as feature `feature`, whose cuts are number `cut`. */
  bin(n: number, column: number, feature: number, cut: number, missingHigh: boolean): void {
    const { rows, cuts, bins } = this.at;
    const out = bins + feature * SCORE_ROWS;
    this.kernels.binBlock(rows + column * 4, this.trees.columns * 4, n, cuts + cut * 1024, missingHigh ? 1 : 0, out);
  }

  /** Adds all trees to the first `n` rows' scores. */
  score(n: number): void {
    const { bins, depths, splits, values, leaves, scores } = this.at;
    const { outputs } = this.trees;
    this.kernels.scoreBlock(n, bins, this.trees.depths.length, depths, splits, values, outputs, leaves, scores);
  }

  /** Gives the memory back: nothing of this scorer may be used afterwards. */
  close(): void {
    returnMemory(this.memory);
  }
}
