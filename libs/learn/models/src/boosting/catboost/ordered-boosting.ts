import { type ObliviousEngine, sumsOfLeaf } from '@trainyard/kernels';
import { newtonSteps, plainSteps } from './leaf-values.js';
import type { Loss } from './loss.js';
import { RowDerivatives } from './row-derivatives.js';

/** A supporting model: its leaf values come from the first `size` rows of an order, and it scores the first 2 * size. */
interface Supporting {
  readonly size: number;
  /** position * outputs + output. */
  readonly scores: Float32Array;
}

/**
 * Ordered boosting (Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features", 2018, section 5): the
 * gradient of each row, by which trees are grown, is that of a model which has not seen the row. For each random order of the
 * rows there is a model for each prefix of 1, 2, 4, ... rows; a row's gradient comes from the longest prefix before it.
 * All supporting models have the tree's splits, and leaf values of their own.
 */
export class OrderedBoosting {
  private readonly models: readonly (readonly Supporting[])[];
  private readonly derivatives: RowDerivatives;
  private readonly first: Float32Array;
  private readonly sums: Float64Array;

  /** `orders` hold rows of positive weight; supporting models begin at the engine's scores. */
  constructor(
    private readonly engine: ObliviousEngine,
    private readonly loss: Loss,
    private readonly orders: readonly Uint32Array[],
    private readonly lambda: number,
    private readonly learningRate: number,
    depth: number,
  ) {
    const { outputs } = loss;
    this.derivatives = new RowDerivatives(loss);
    this.first = Float32Array.from({ length: outputs }, () => 0);
    this.sums = new Float64Array(2 ** depth * sumsOfLeaf(outputs));
    this.models = orders.map((order) => {
      const models: Supporting[] = [];
      for (let size = 1; size < order.length; size *= 2) {
        const scores = new Float32Array(Math.min(order.length, 2 * size) * outputs);
        for (let i = 0; i < scores.length; i++) {
          scores[i] = engine.scores[(i % outputs) * engine.plane + order[Math.floor(i / outputs)]!]!;
        }
        models.push({ size, scores });
      }
      return models;
    });
    for (let c = 0; c < outputs; c++) this.first[c] = engine.scores[c * engine.plane + (orders[0]?.[0] ?? 0)]!;
  }

  /** Overwrites the engine's gradients by those of an order's supporting models. */
  writeGradients(number: number): void {
    const { engine, loss, derivatives } = this;
    const order = this.orders[number]!;
    const models = this.models[number]!;
    const { labels, weights, gradients, plane } = engine;
    // No row comes before the first: its gradient is that of the start.
    const row = order[0]!;
    derivatives.gradients(this.first, 0, labels[row]!, weights[row]!, gradients, row, plane);
    for (const { size, scores } of models) {
      for (let i = size; i < Math.min(order.length, 2 * size); i++) {
        const at = order[i]!;
        derivatives.gradients(scores, i * loss.outputs, labels[at]!, weights[at]!, gradients, at, plane);
      }
    }
  }

  /** Adds the tree whose leaves the engine has marked, by this order's statistics, to the order's supporting models. */
  update(number: number, leaves: number): void {
    const order = this.orders[number]!;
    for (const { size, scores } of this.models[number]!) {
      const values = this.leafValues(order, size, scores, leaves);
      const { outputs } = this.loss;
      for (let i = 0; i * outputs < scores.length; i++) {
        const from = this.engine.leaf[order[i]!]! * outputs;
        for (let c = 0; c < outputs; c++) scores[i * outputs + c]! += this.learningRate * values[from + c]!;
      }
    }
  }

  private leafValues(order: Uint32Array, size: number, scores: Float32Array, leaves: number): Float32Array {
    const { engine, loss, sums } = this;
    const { labels, weights, leaf } = engine;
    sums.fill(0, 0, leaves * sumsOfLeaf(loss.outputs));
    for (let i = 0; i < size; i++) {
      const row = order[i]!;
      this.derivatives.addTo(sums, leaf[row]!, scores, i * loss.outputs, labels[row]!, weights[row]!);
    }
    return loss.outputs === 1
      ? plainSteps(sums, leaves, this.lambda)
      : newtonSteps(sums, leaves, loss.outputs, this.lambda);
  }
}
