import type { Matrix } from '@trainyard/data';
import { ObliviousScorer, SCORE_ROWS } from '@trainyard/kernels';
import { FEATURE_KIND, type Features, type ObliviousTrees } from './oblivious-trees.js';

/** From this many rows on WASM pays for copying them. */
const FEW_ROWS = 32;

/** Scores rows by oblivious trees: few of them directly, many in WASM; both give the same numbers. */
export class RowScorer {
  private scorer: ObliviousScorer | undefined;
  /** Column and border of each split whose rows go right when their value is above the border. */
  private readonly splitColumn: Int32Array;
  private readonly splitBorder: Float32Array;
  /** 1 for trees that have only such splits. */
  private readonly isSimple: Uint8Array;

  constructor(private readonly trees: ObliviousTrees) {
    const { features, splitFeature, splitBin, depth } = trees;
    this.splitColumn = splitFeature.map((f) => features.column[f]!);
    this.splitBorder = new Float32Array(splitFeature.length);
    this.isSimple = new Uint8Array(depth.length).fill(1);
    let split = 0;
    depth.forEach((levels, tree) => {
      for (const end = split + levels; split < end; split++) {
        const f = splitFeature[split]!;
        const bin = splitBin[split]!;
        if (features.kind[f] !== FEATURE_KIND.numericLow || bin === 0) this.isSimple[tree] = 0;
        else this.splitBorder[split] = features.cuts[features.cutStart[f]! + bin - 1]!;
      }
    });
  }

  /** Row-major scores `n x outputs`. */
  score(x: Matrix): Float64Array {
    const scores = new Float64Array(x.rows * this.trees.outputs);
    if (x.rows < FEW_ROWS) this.scoreFew(x, 0, x.rows, scores);
    else this.scoreMany(x, scores);
    return scores;
  }

  /** Writes the scores of rows [from, to) to `scores`, which has one entry a row and output. Allocates nothing. */
  scoreFew(x: Matrix, from: number, to: number, scores: Float64Array): void {
    const { outputs, init, depth, leafValue } = this.trees;
    for (let row = from; row < to; row++) {
      const out = (row - from) * outputs;
      for (let c = 0; c < outputs; c++) scores[out + c] = init[c]!;
      let split = 0;
      let first = 0;
      for (let tree = 0; tree < depth.length; tree++) {
        const levels = depth[tree]!;
        const leaf =
          this.isSimple[tree] === 1
            ? this.simpleLeaf(split, levels, x, row)
            : leafOf(this.trees, split, levels, x, row);
        const value = (first + leaf) * outputs;
        for (let c = 0; c < outputs; c++) scores[out + c]! += leafValue[value + c]!;
        split += levels;
        first += 1 << levels;
      }
    }
  }

  /** A missing value is above no border. */
  private simpleLeaf(first: number, levels: number, { data, cols }: Matrix, row: number): number {
    const { splitColumn, splitBorder } = this;
    const at = row * cols;
    let leaf = 0;
    for (let level = 0; level < levels; level++) {
      if (data[at + splitColumn[first + level]!]! > splitBorder[first + level]!) leaf |= 1 << level;
    }
    return leaf;
  }

  private scoreMany(x: Matrix, scores: Float64Array): void {
    const { outputs, init, features } = this.trees;
    this.scorer ??= createScorer(this.trees, x.cols);
    const { scorer } = this;
    for (let from = 0; from < x.rows; from += SCORE_ROWS) {
      const n = Math.min(SCORE_ROWS, x.rows - from);
      scorer.rows.set(x.data.subarray(from * x.cols, (from + n) * x.cols));
      for (let f = 0; f < features.column.length; f++) binFeature(scorer, features, f, x, from, n);
      for (let i = 0; i < n * outputs; i++) scorer.scores[i] = init[i % outputs]!;
      scorer.score(n);
      scores.set(scorer.scores.subarray(0, n * outputs), from * outputs);
    }
  }
}

function binFeature(scorer: ObliviousScorer, features: Features, f: number, x: Matrix, from: number, n: number): void {
  const kind = features.kind[f]!;
  const column = features.column[f]!;
  if (kind < FEATURE_KIND.oneHot) {
    scorer.bin(n, column, f, f, kind === FEATURE_KIND.numericHigh);
    return;
  }
  for (let r = 0; r < n; r++) {
    scorer.bins[f * SCORE_ROWS + r] = lookUp(features, f, x.data[(from + r) * x.cols + column]!);
  }
}

function createScorer(trees: ObliviousTrees, columns: number): ObliviousScorer {
  const { features, splitFeature, splitBin, depth, leafValue, outputs } = trees;
  const n = features.column.length;
  const cuts = new Float32Array(n * 256).fill(Number.POSITIVE_INFINITY);
  for (let f = 0; f < n; f++)
    cuts.set(features.cuts.subarray(features.cutStart[f]!, features.cutStart[f + 1]!), f * 256);
  const splits = Uint32Array.from(splitFeature, (f, i) => {
    return (f | (splitBin[i]! << 16) | ((features.kind[f] === FEATURE_KIND.oneHot ? 1 : 0) << 24)) >>> 0;
  });
  return new ObliviousScorer({ outputs, depths: depth, splits, values: leafValue, cuts, features: n, columns });
}

/** The bin of a category's value. */
function lookUp({ tableStart, table }: Features, f: number, value: number): number {
  const start = tableStart[f]!;
  const at = Number.isNaN(value) ? 0 : value + 2;
  // A value that is no code of the table, even a fraction, is a category not seen.
  return value < 0 || start + at >= tableStart[f + 1]! ? table[start + 1]! : (table[start + at] ?? table[start + 1]!);
}

/** The leaf of a row in the tree whose splits begin at `first`. */
export function leafOf(
  { features, splitFeature, splitBin }: Pick<ObliviousTrees, 'features' | 'splitFeature' | 'splitBin'>,
  first: number,
  levels: number,
  { data, cols }: Matrix,
  row: number,
): number {
  let leaf = 0;
  for (let level = 0; level < levels; level++) {
    const f = splitFeature[first + level]!;
    const bin = splitBin[first + level]!;
    const value = data[row * cols + features.column[f]!]!;
    const kind = features.kind[f]!;
    let yes: boolean;
    if (kind >= FEATURE_KIND.oneHot) {
      const own = lookUp(features, f, value);
      yes = kind === FEATURE_KIND.oneHot ? own === bin : own > bin;
    } else if (Number.isNaN(value)) yes = kind === FEATURE_KIND.numericHigh;
    else yes = bin === 0 || value > features.cuts[features.cutStart[f]! + bin - 1]!;
    if (yes) leaf |= 1 << level;
  }
  return leaf;
}
