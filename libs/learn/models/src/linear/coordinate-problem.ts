import { type Dataset, LearnError } from '@trainyard/data';
import { columnMeans, weightedMean } from './column-statistics.js';
import { type NormalEquations, normalEquations, type Turns } from './normal-equations.js';
import { dot } from './vectors.js';

/**
 * Least squares as coordinate descent sees it: columns and target are centred (unless there is no intercept) and times the root of
 * the weight; the residual is that of the current coefficients.
 */
export interface CoordinateProblem {
  /** Squared length of each column. */
  readonly squares: Float64Array;
  /** Squared length of the target. */
  readonly targetSquares: number;
  readonly means: Float64Array;
  readonly targetMean: number;
  /** Column j times the residual. */
  correlation(j: number): number;
  /** Takes `change` times column j from the residual. */
  move(j: number, change: number): void;
  /** Squared length of the residual, and the residual times the target. */
  residual(coefficients: Float64Array): { readonly squares: number; readonly timesTarget: number };
  /** All that `move` has changed, for checkpoints. */
  readonly state: Float64Array;
}

const MOST_BYTES = 2 ** 31;
/** Above this many features the Gram matrix would outgrow the columns themselves. */
const MOST_GRAM_FEATURES = 6000;

/** Knows only products of columns: a move costs f, whatever the rows (Friedman, Hastie and Tibshirani 2010, "covariance updates"). */
class GramProblem implements CoordinateProblem {
  readonly squares: Float64Array;
  readonly state: Float64Array;
  readonly means: Float64Array;
  readonly targetMean: number;

  constructor(
    private readonly equations: NormalEquations,
    readonly targetSquares: number,
  ) {
    const { gram, moment } = equations;
    this.means = equations.means;
    this.targetMean = equations.targetMean;
    this.squares = moment.map((_, j) => gram[j * moment.length + j]!);
    this.state = moment.slice();
  }

  correlation(j: number): number {
    return this.state[j]!;
  }

  move(j: number, change: number): void {
    const { state } = this;
    const { gram } = this.equations;
    for (let k = 0, at = j * state.length; k < state.length; k++, at++) state[k]! -= change * gram[at]!;
  }

  residual(coefficients: Float64Array) {
    const explained = dot(coefficients, this.equations.moment);
    const left = this.targetSquares - explained - dot(coefficients, this.state);
    return { squares: Math.max(0, left), timesTarget: this.targetSquares - explained };
  }
}

/** Holds columns and residual: a move costs n, whatever the features. */
class ColumnProblem implements CoordinateProblem {
  readonly squares: Float64Array;
  readonly targetSquares: number;
  readonly state: Float64Array;

  constructor(
    private readonly columns: readonly Float64Array[],
    private readonly target: Float64Array,
    readonly means: Float64Array,
    readonly targetMean: number,
  ) {
    this.squares = Float64Array.from(columns, (column) => dot(column, column));
    this.targetSquares = dot(target, target);
    this.state = target.slice();
  }

  correlation(j: number): number {
    return dot(this.columns[j]!, this.state);
  }

  move(j: number, change: number): void {
    const column = this.columns[j]!;
    for (let i = 0; i < column.length; i++) this.state[i]! -= change * column[i]!;
  }

  residual() {
    return { squares: dot(this.state, this.state), timesTarget: dot(this.state, this.target) };
  }
}

/** The Gram form for more rows than columns, the columns for wide data. Throws OPTION_UNSUPPORTED with the memory needed when it is too much. */
export async function coordinateProblem(train: Dataset, centred: boolean, turns: Turns): Promise<CoordinateProblem> {
  const { x, y, weight } = train;
  if (x.rows >= x.cols && x.cols <= MOST_GRAM_FEATURES) {
    const equations = await normalEquations(train, centred, turns);
    let squares = 0;
    for (let i = 0; i < y.length; i++) {
      squares += (weight === undefined ? 1 : weight[i]!) * (y[i]! - equations.targetMean) ** 2;
    }
    return new GramProblem(equations, squares);
  }
  const bytes = x.rows * x.cols * 8;
  if (bytes > MOST_BYTES) {
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      `Coordinate descent on ${x.rows} rows x ${x.cols} columns needs ${(bytes / 1e9).toFixed(1)} GB, and 2.1 GB is the most: use fewer columns.`,
    );
  }
  const means = centred ? columnMeans(x, weight) : new Float64Array(x.cols);
  const targetMean = centred ? weightedMean(y, weight) : 0;
  const factors = Float64Array.from(y, (_, i) => (weight === undefined ? 1 : Math.sqrt(weight[i]!)));
  const columns = Array.from({ length: x.cols }, (_, j) =>
    factors.map((factor, i) => factor * (x.data[i * x.cols + j]! - means[j]!)),
  );
  return new ColumnProblem(
    columns,
    factors.map((factor, i) => factor * (y[i]! - targetMean)),
    means,
    targetMean,
  );
}
