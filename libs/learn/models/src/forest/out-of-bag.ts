import type { Dataset } from '@trainyard/data';
import { takeMatrixRows } from '../take-rows.js';
import type { CompactForest } from './compact-forest.js';
import { addForest } from './running-scores.js';

const ROWS_AT_ONCE = 4096;

/** Scores each row by the trees whose bootstrap sample does not hold it (Breiman, 1996). */
export class OutOfBag {
  private readonly sums: Float64Array;
  private readonly trees: Float64Array;

  /** `rows` are those that are trained on: row i of a sample is row rows[i] of `data`. */
  constructor(
    private readonly data: Dataset,
    private readonly rows: Uint32Array,
    private readonly classes: number,
  ) {
    this.sums = new Float64Array(rows.length * Math.max(1, classes));
    this.trees = new Float64Array(rows.length);
  }

  /** `sample[i]` is how often row i was drawn for the tree. */
  add(tree: CompactForest, sample: Uint32Array): void {
    const outputs = Math.max(1, this.classes);
    const left = Uint32Array.from({ length: this.rows.length }, (_, i) => i).filter((i) => sample[i] === 0);
    for (let from = 0; from < left.length; from += ROWS_AT_ONCE) {
      const some = left.subarray(from, from + ROWS_AT_ONCE);
      const sums = new Float64Array(some.length * outputs);
      addForest(
        tree,
        takeMatrixRows(
          this.data.x,
          some.map((i) => this.rows[i]!),
        ),
        sums,
      );
      some.forEach((row, i) => {
        this.trees[row]!++;
        for (let k = 0; k < outputs; k++) this.sums[row * outputs + k]! += sums[i * outputs + k]!;
      });
    }
  }

  /** Weighted accuracy, or R2, over the rows that some tree left out; NaN when there is none. */
  score(): number {
    const { y, weight } = this.data;
    let [total, right, errors, sum, squares] = [0, 0, 0, 0, 0];
    this.rows.forEach((row, i) => {
      if (this.trees[i] === 0) return;
      const w = weight?.[row] ?? 1;
      const truth = y[row]!;
      total += w;
      sum += w * truth;
      squares += w * truth * truth;
      if (this.classes === 0) errors += w * (this.sums[i]! / this.trees[i]! - truth) ** 2;
      else if (this.bestClass(i) === truth) right += w;
    });
    if (this.classes > 0) return right / total;
    return 1 - errors / (squares - (sum * sum) / total);
  }

  private bestClass(row: number): number {
    const at = row * this.classes;
    let best = 0;
    for (let k = 1; k < this.classes; k++) if (this.sums[at + k]! > this.sums[at + best]!) best = k;
    return best;
  }
}
