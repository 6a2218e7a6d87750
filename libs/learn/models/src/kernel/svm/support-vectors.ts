import { KernelExpansions, type KernelFunction, type Segment } from '@trainyard/kernels';

/**
 * A solved machine as scikit-learn lays it out: support vectors grouped by class; `coefficients` has `planes` planes of one
 * value a vector. Of classes a < b, the vectors of a have their coefficients in plane b - 1 and those of b in plane a.
 * Regression has one plane, one group and one intercept.
 */
export interface SupportVectors {
  readonly kernel: KernelFunction;
  readonly centre: Float64Array;
  readonly vectors: Float32Array;
  readonly coefficients: Float64Array;
  /** Vectors of each class that was present in training. */
  readonly counts: Int32Array;
  /** One for each pair of classes: 0-1, 0-2, ..., 1-2, ... */
  readonly intercepts: Float64Array;
}

/** The pairs of `k` classes in the order in which everything about them is kept. */
export function pairsOf(k: number): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (let a = 0; a < k; a++) for (let b = a + 1; b < k; b++) pairs.push([a, b]);
  return pairs;
}

/** What is fitted to one pair: its rows, one signed coefficient each, and the intercept. */
export interface PairSolution {
  readonly rows: Int32Array;
  readonly coefficients: Float64Array;
  readonly intercept: number;
}

/** Joins the pairs' solutions. `x` is the centred training matrix, `classOf[row]` the class, counted among those present. */
export function joinPairs(
  x: Float32Array,
  centre: Float64Array,
  classOf: Int32Array,
  k: number,
  pairs: readonly PairSolution[],
  kernel: KernelFunction,
): SupportVectors {
  const isSupport = new Uint8Array(classOf.length);
  for (const { rows, coefficients } of pairs) {
    for (let i = 0; i < rows.length; i++) if (coefficients[i] !== 0) isSupport[rows[i]!] = 1;
  }
  const counts = new Int32Array(k);
  const order: number[] = [];
  for (let c = 0; c < k; c++) {
    for (let row = 0; row < classOf.length; row++) {
      if (classOf[row] !== c || !isSupport[row]) continue;
      order.push(row);
      counts[c]!++;
    }
  }
  const cols = centre.length;
  const vectors = new Float32Array(order.length * cols);
  const indexOf = new Int32Array(classOf.length).fill(-1);
  order.forEach((row, i) => {
    indexOf[row] = i;
    vectors.set(x.subarray(row * cols, (row + 1) * cols), i * cols);
  });
  const coefficients = new Float64Array(Math.max(1, k - 1) * order.length);
  pairsOf(k).forEach(([a, b], p) => {
    pairs[p]!.rows.forEach((row, i) => {
      if (!isSupport[row]) return;
      const plane = classOf[row] === a ? b - 1 : a;
      coefficients[plane * order.length + indexOf[row]!] = pairs[p]!.coefficients[i]!;
    });
  });
  return {
    kernel,
    centre,
    vectors,
    coefficients,
    counts,
    intercepts: Float64Array.from(pairs, (pair) => pair.intercept),
  };
}

/** One machine of regression. */
export function singleMachine(
  x: Float32Array,
  centre: Float64Array,
  { rows, coefficients, intercept }: PairSolution,
  kernel: KernelFunction,
): SupportVectors {
  const cols = centre.length;
  const support = Array.from(rows.keys()).filter((i) => coefficients[i] !== 0);
  const vectors = new Float32Array(support.length * cols);
  support.forEach((i, at) => {
    vectors.set(x.subarray(rows[i]! * cols, (rows[i]! + 1) * cols), at * cols);
  });
  return {
    ...{ kernel, centre, vectors },
    coefficients: Float64Array.from(support, (i) => coefficients[i]!),
    counts: Int32Array.of(support.length),
    intercepts: Float64Array.of(intercept),
  };
}

/** Decision values of support vectors: made once, used for every prediction. */
export class DecisionFunctions {
  private readonly expansions: KernelExpansions;
  private readonly segments: Segment[] = [];

  constructor(private readonly machine: SupportVectors) {
    const { counts, intercepts, vectors, centre, coefficients, kernel } = machine;
    const starts = [0];
    for (const count of counts) starts.push(starts.at(-1)! + count);
    const whole = (plane: number, group: number) => ({ plane, from: starts[group]!, to: starts[group + 1]! });
    if (counts.length === 1) {
      if (intercepts.length === 1) this.segments.push(whole(0, 0));
    } else for (const [a, b] of pairsOf(counts.length)) this.segments.push(whole(b - 1, a), whole(a, b));
    this.expansions = new KernelExpansions(vectors, centre.length, coefficients, this.segments, kernel);
  }

  /** Row-major `n x pairs`; a decision above 0 is for the pair's first class. `x` is centred already. */
  decide(x: Float32Array, n: number): Float64Array {
    const { counts, intercepts } = this.machine;
    const sums = new Float64Array(n * this.segments.length);
    this.expansions.sums(x, n, sums);
    const pairs = intercepts.length;
    const decisions = new Float64Array(n * pairs);
    const parts = counts.length === 1 ? 1 : 2;
    for (let i = 0; i < n * pairs; i++) {
      decisions[i] = intercepts[i % pairs]! + sums[i * parts]! + (parts === 2 ? sums[i * 2 + 1]! : 0);
    }
    return decisions;
  }
}
