import { type ObliviousEngine, sumsOfLeaf } from '@trainyard/kernels';
import type { Derivatives } from './derivatives.js';
import { type Loss, weightedQuantile } from './loss.js';
import type { CatBoostParams } from './parameters.js';

type Method = 'Newton' | 'Gradient' | 'Exact';

/** How leaf values are found. MAE and Quantile have no second derivative, so their default is Exact. */
export function estimationMethod(params: CatBoostParams, loss: Loss): Method {
  const asked = params.leaf_estimation_method;
  if (loss.kind === 'quantile') return asked === 'Gradient' ? 'Gradient' : 'Exact';
  return asked ?? 'Newton';
}

/** Under this many columns and trees CatBoost takes one step. */
const FEW_COLUMNS = 20;
const FEW_TREES = 200;

/** A gain of less than this share of the loss is lost among the rounding errors of losses in f32: the step is not tried. */
const UNSEEN_GAIN = 1e-7;

/** Steps in each tree: those asked for, or as many as CatBoost 1.2.10 takes by loss, method, columns and trees. */
export function estimationIterations(params: CatBoostParams, loss: Loss, columns: number): number {
  if (params.leaf_estimation_iterations !== null) return params.leaf_estimation_iterations;
  if (columns < FEW_COLUMNS && params.iterations < FEW_TREES) return 1;
  const newton = estimationMethod(params, loss) === 'Newton';
  if (loss.kind === 'logistic') return newton ? 10 : 40;
  if (loss.kind === 'poisson') return newton ? 10 : 1;
  return loss.kind === 'softmax' && !newton ? 10 : 1;
}

/** Finds the values of a tree's leaves, once the engine knows the leaf of every row. */
export class LeafEstimator {
  private readonly sums: Float64Array;
  private readonly method: Method;

  constructor(
    private readonly engine: ObliviousEngine,
    private readonly params: CatBoostParams,
    private readonly loss: Loss,
    private readonly derivatives: Derivatives,
    /** The weight of each row. */
    private readonly weight: Float64Array,
    private readonly iterations: number,
  ) {
    this.method = estimationMethod(params, loss);
    this.sums = new Float64Array(2 ** params.depth * Math.max(sumsOfLeaf(loss.outputs), 2 * loss.outputs));
  }

  /**
   * Values `leaf * outputs + output`, not yet shrunk. The engine's derivatives are those of its scores, of mean loss
   * `current`; further iterations change them. `constrain` puts values into the order that they must have.
   */
  estimate(leaves: number, current: number, constrain: (values: Float32Array) => void = () => {}): Float32Array {
    if (this.method === 'Exact') return constrained(this.quantiles(leaves), constrain);
    const values = new Float32Array(leaves * this.loss.outputs);
    let loss = current;
    for (let i = 0; i < this.iterations; i++) {
      const step = this.step(leaves);
      if (this.iterations === 1) return constrained(step, constrain);
      if (this.gain(step) < UNSEEN_GAIN * Math.abs(loss)) break;
      const better = this.take(values, step, leaves, loss, constrain);
      if (better === undefined) break;
      loss = better;
    }
    return values;
  }

  /**
   * Adds the step, halved until the loss is better, and returns that loss; the engine's derivatives are then those of the new
   * values. Undefined when no part of the step makes it better.
   */
  private take(
    values: Float32Array,
    step: Float32Array,
    leaves: number,
    loss: number,
    constrain: (values: Float32Array) => void,
  ): number | undefined {
    for (let factor = 1; factor > 1e-3; factor /= 2) {
      const moved = constrained(
        values.map((value, i) => value + factor * step[i]!),
        constrain,
      );
      const found = this.deriveAt(moved, leaves);
      if (found <= loss) {
        values.set(moved);
        return found;
      }
    }
    return undefined;
  }

  /** How much better a step makes the loss, were that as the derivatives say. */
  private gain(step: Float32Array): number {
    const { outputs } = this.loss;
    const isJoint = outputs > 1 && this.method === 'Newton';
    const [words, next] = isJoint ? [sumsOfLeaf(outputs), 1] : [2 * outputs, 2];
    let gain = 0;
    for (let i = 0; i < step.length; i++) {
      gain -= 0.5 * step[i]! * this.sums[Math.floor(i / outputs) * words + (i % outputs) * next]!;
    }
    return gain;
  }

  private deriveAt(values: Float32Array, leaves: number): number {
    this.engine.add(values, leaves, 'trial');
    return this.derivatives.at('trial');
  }

  private step(leaves: number): Float32Array {
    const { outputs } = this.loss;
    const newton = this.method === 'Newton';
    this.engine.leafSums(leaves, newton ? 'newton' : 'gradient', this.sums);
    return outputs > 1 && newton
      ? newtonSteps(this.sums, leaves, outputs, this.params.l2_leaf_reg)
      : plainSteps(this.sums, leaves * outputs, this.params.l2_leaf_reg);
  }

  /** The quantile of the residuals of each leaf. */
  private quantiles(leaves: number): Float32Array {
    const { engine, loss, weight } = this;
    const rows: number[][] = Array.from({ length: leaves }, () => []);
    engine.leaf.forEach((leaf, row) => {
      if (weight[row]! > 0) rows[leaf]!.push(row);
    });
    return Float32Array.from(rows, (own) => {
      const residuals = own.map((row) => engine.labels[row]! - engine.scores[row]!);
      return weightedQuantile(
        residuals,
        own.map((row) => weight[row]!),
        loss.parameter,
      );
    });
  }
}

function constrained(values: Float32Array, constrain: (values: Float32Array) => void): Float32Array {
  constrain(values);
  return values;
}

/** -gradient / (denominator + lambda) of each pair. */
export function plainSteps(sums: Float64Array, count: number, lambda: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const bottom = sums[2 * i + 1]! + lambda;
    return bottom > 0 ? -sums[2 * i]! / bottom : 0;
  });
}

/** Solves (Hessian + lambda I) x = -gradient for each leaf, by Cholesky's method. */
export function newtonSteps(sums: Float64Array, leaves: number, k: number, lambda: number): Float32Array {
  const words = sumsOfLeaf(k);
  const out = new Float32Array(leaves * k);
  const matrix = new Float64Array(k * k);
  const x = new Float64Array(k);
  for (let leaf = 0; leaf < leaves; leaf++) {
    let at = leaf * words;
    for (let c = 0; c < k; c++) x[c] = -sums[at++]!;
    for (let a = 0; a < k; a++) for (let b = a; b < k; b++) matrix[b * k + a] = sums[at++]! + (a === b ? lambda : 0);
    solveInPlace(matrix, x, k);
    out.set(x, leaf * k);
  }
  return out;
}

/** x becomes A^-1 x; A's lower triangle is overwritten. A pivot of (nearly) nothing leaves its unknown at 0. */
function solveInPlace(a: Float64Array, x: Float64Array, k: number): void {
  for (let j = 0; j < k; j++) {
    let pivot = a[j * k + j]!;
    const size = pivot;
    for (let p = 0; p < j; p++) pivot -= a[j * k + p]! ** 2;
    const root = pivot > 1e-12 * size && pivot > 0 ? Math.sqrt(pivot) : Number.POSITIVE_INFINITY;
    a[j * k + j] = root;
    for (let i = j + 1; i < k; i++) {
      let sum = a[i * k + j]!;
      for (let p = 0; p < j; p++) sum -= a[i * k + p]! * a[j * k + p]!;
      a[i * k + j] = sum / root;
    }
    for (let p = 0; p < j; p++) x[j]! -= a[j * k + p]! * x[p]!;
    x[j] = x[j]! / root;
  }
  for (let j = k - 1; j >= 0; j--) {
    for (let p = j + 1; p < k; p++) x[j]! -= a[p * k + j]! * x[p]!;
    x[j] = x[j]! / a[j * k + j]!;
  }
}
