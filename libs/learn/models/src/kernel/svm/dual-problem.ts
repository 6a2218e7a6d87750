/**
 * A dual problem of a support vector machine in signed coefficients: minimise `b'Kb / 2 + offset'b` with every b between its
 * bounds and all of them summing to 0. Variable v belongs to the row `rows[place[v]]`. The gradient of v is
 * `f[place[v]] + offset[v]`, where f are the kernel expansions of the rows; -rho is the value that all free ones agree on.
 */
export interface DualProblem {
  /** Rows of the training matrix, ascending. */
  readonly rows: Int32Array;
  readonly place: Int32Array;
  readonly offset: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** C-SVC: `positive[i]` says on which side row i is, `bounds[i]` is its C. b = y a, so a row's gradient is f - y. */
export function classificationProblem(rows: Int32Array, positive: Uint8Array, bounds: Float64Array): DualProblem {
  const n = rows.length;
  const offset = new Float64Array(n);
  const low = new Float64Array(n);
  const high = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    offset[i] = positive[i] ? -1 : 1;
    if (positive[i]) high[i] = bounds[i]!;
    else low[i] = -bounds[i]!;
  }
  return { rows, place: Int32Array.from(rows, (_, i) => i), offset, low, high };
}

/** Epsilon-SVR: each row has a variable for errors above the tube (b >= 0) and one for errors below (b <= 0). */
export function regressionProblem(
  rows: Int32Array,
  targets: Float64Array,
  bounds: Float64Array,
  epsilon: number,
): DualProblem {
  const n = rows.length;
  const place = new Int32Array(2 * n);
  const offset = new Float64Array(2 * n);
  const low = new Float64Array(2 * n);
  const high = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    place[i] = i;
    place[n + i] = i;
    offset[i] = epsilon - targets[i]!;
    offset[n + i] = -epsilon - targets[i]!;
    high[i] = bounds[i]!;
    low[n + i] = -bounds[i]!;
  }
  return { rows, place, offset, low, high };
}

/** What a solved problem gives: `sum_i coefficients[i] K(x_i, x) + intercept`. */
export interface Expansion {
  /** One a row of the problem. */
  readonly coefficients: Float64Array;
  readonly intercept: number;
  readonly objective: number;
}

/** Coefficients of the rows, from those of the variables. */
export function rowCoefficients({ rows, place }: DualProblem, b: Float64Array): Float64Array {
  const sums = new Float64Array(rows.length);
  for (let v = 0; v < b.length; v++) sums[place[v]!]! += b[v]!;
  return sums;
}

/** The expansion of a solution `b` with the rows' sums `f`. The intercept is chosen as libsvm chooses it. */
export function expansionOf(problem: DualProblem, b: Float64Array, f: Float64Array): Expansion {
  const { place, offset, low, high } = problem;
  let free = 0;
  let total = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let objective = 0;
  for (let v = 0; v < b.length; v++) {
    const gradient = f[place[v]!]! + offset[v]!;
    objective += 0.5 * b[v]! * (gradient + offset[v]!);
    if (b[v]! > low[v]! && b[v]! < high[v]!) {
      free++;
      total += gradient;
    } else if (b[v]! >= high[v]!) most = Math.max(most, gradient);
    else least = Math.min(least, gradient);
  }
  const rho = free > 0 ? total / free : (least + most) / 2;
  return { coefficients: rowCoefficients(problem, b), intercept: Number.isFinite(rho) ? -rho : 0, objective };
}
