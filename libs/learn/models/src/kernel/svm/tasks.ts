import { createRandom, type Dataset } from '@trainyard/data';
import { classificationProblem, type DualProblem, regressionProblem } from './dual-problem.js';
import type { SvmParams } from './parameters.js';
import { pairsOf } from './support-vectors.js';
import { rowsOfClasses, type TrainingRows } from './training-rows.js';

const FOLDS = 5;

/** One dual problem of a fit: the machine of a pair of classes (or of the regression), or a fold of its cross-validation. */
export interface SvmTask {
  readonly pair: number;
  /** -1 for the machine itself, else the fold whose rows are held out. */
  readonly fold: number;
}

/** A fit as a list of tasks, in the order in which they are solved. */
export class SvmTasks {
  readonly list: readonly SvmTask[];
  private readonly pairs: readonly (readonly [number, number])[];

  constructor(
    private readonly train: Dataset,
    private readonly params: SvmParams,
    private readonly training: TrainingRows,
    private readonly seed: number,
  ) {
    this.pairs = train.task === 'regression' ? [[0, 0]] : pairsOf(training.present.length);
    const folds = params.probability && train.task !== 'regression' ? FOLDS : 0;
    this.list = this.pairs.flatMap((_, pair) => Array.from({ length: folds + 1 }, (_, i) => ({ pair, fold: i - 1 })));
  }

  get machines(): number {
    return this.pairs.length;
  }

  rowsOf(pair: number): Int32Array {
    const [a, b] = this.pairs[pair]!;
    return rowsOfClasses(this.training.classOf, a, b);
  }

  /** The rows that a task solves for and, of a fold, those it holds out. */
  split({ pair, fold }: SvmTask): { readonly rows: Int32Array; readonly heldOut: Int32Array } {
    const rows = this.rowsOf(pair);
    if (fold < 0) return { rows, heldOut: new Int32Array(0) };
    const order = createRandom(this.seed + pair).shuffle(Uint32Array.from(rows.keys()));
    const foldOf = new Int8Array(rows.length);
    order.forEach((place, i) => {
      foldOf[place] = i % FOLDS;
    });
    return { rows: rows.filter((_, i) => foldOf[i] !== fold), heldOut: rows.filter((_, i) => foldOf[i] === fold) };
  }

  /** 1 for the rows of the pair's first class. */
  isFirst(pair: number, rows: Int32Array): Uint8Array {
    const [a] = this.pairs[pair]!;
    return Uint8Array.from(rows, (row) => Number(this.training.classOf[row] === a));
  }

  problem({ pair }: SvmTask, rows: Int32Array): DualProblem {
    const bounds = Float64Array.from(rows, (row) => this.training.bounds[row]!);
    if (this.train.task !== 'regression') return classificationProblem(rows, this.isFirst(pair, rows), bounds);
    const targets = Float64Array.from(rows, (row) => this.train.y[row]!);
    return regressionProblem(rows, targets, bounds, this.params.epsilon);
  }
}
