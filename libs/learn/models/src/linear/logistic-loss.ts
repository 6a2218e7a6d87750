import { type Dataset, LearnError } from '@trainyard/data';
import { LogLossEngine, type RowRange } from '@trainyard/kernels';
import type { FitOptions } from '../model.js';
import type { LogisticParams } from './logistic-parameters.js';

/** Below this many values threads cost more than they save. */
const FEW_VALUES = 200_000;
/** Single precision serves many rows of scaled features at a usual tolerance; what asks for more digits gets double precision. */
const MANY_ROWS = 4096;
const SMALLEST_SINGLE_TOLERANCE = 1e-5;
const LARGEST_SINGLE_VALUE = 1e3;

function precisionFor({ x }: Dataset, tol: number): 'single' | 'double' {
  if (x.rows < MANY_ROWS || tol < SMALLEST_SINGLE_TOLERANCE) return 'double';
  const { data, cols, rows } = x;
  for (let i = 0; i < rows * cols; i++) if (Math.abs(data[i]!) > LARGEST_SINGLE_VALUE) return 'double';
  return 'single';
}

/** The weight of each row: sample weight times class weight (n / (k * rows of the class), as scikit-learn balances). */
function rowWeights(train: Dataset, mode: LogisticParams['class_weight']): Float64Array {
  const weight = train.weight?.slice() ?? new Float64Array(train.y.length).fill(1);
  if (mode === null) return weight;
  const present = train.classes!.length;
  const counts = new Float64Array(present);
  for (let i = 0; i < weight.length; i++) counts[train.y[i]!]! += train.weight?.[i] ?? 1;
  const total = counts.reduce((a, b) => a + b);
  return weight.map((w, i) => (w === 0 ? 0 : (w * total) / (present * counts[train.y[i]!]!)));
}

/** Mean log losses and gradients over the training rows, and over the validation rows, in WASM. */
export class LogisticLoss {
  private constructor(
    private readonly engine: LogLossEngine,
    readonly outputs: number,
    /** Sum of the training rows' weights, class weights included. */
    readonly totalWeight: number,
    private readonly train: RowRange,
    private readonly validation: (RowRange & { readonly totalWeight: number }) | undefined,
    private readonly breathe: () => Promise<void>,
  ) {}

  /** Throws OPTION_UNSUPPORTED with the memory needed when it does not suffice. `close` frees it. */
  static async create(
    data: Dataset,
    params: LogisticParams,
    { validation, threads = 1 }: FitOptions,
    breathe: () => Promise<void>,
  ): Promise<LogisticLoss> {
    const { rows, cols } = data.x;
    const outputs = data.classes!.length === 2 ? 1 : data.classes!.length;
    const engine = await LogLossEngine.create({
      rows: rows + (validation?.x.rows ?? 0),
      features: cols,
      outputs,
      precision: precisionFor(data, params.tol),
      threads: rows * cols * outputs < FEW_VALUES ? 1 : threads,
    }).catch((error: unknown) => {
      if (!(error instanceof RangeError)) throw error;
      throw new LearnError(
        'OPTION_UNSUPPORTED',
        `The data do not fit into the memory of one fit: ${error.message}. Give fewer rows or columns.`,
      );
    });
    const weight = rowWeights(data, params.class_weight);
    const totalWeight = load(engine, data, weight, 0);
    const held = validation && {
      from: rows,
      to: rows + validation.x.rows,
      totalWeight: load(engine, validation, validation.weight ?? new Float64Array(validation.x.rows).fill(1), rows),
    };
    return new LogisticLoss(engine, outputs, totalWeight, { from: 0, to: rows }, held, breathe);
  }

  async close(): Promise<void> {
    await this.engine.close();
  }

  /** The weighted mean loss of the training rows. With `gradient` (outputs x (f + 1)), writes that of the mean into it. */
  async onTrain(coefficients: Float64Array, gradient?: Float64Array): Promise<number> {
    const sum = await this.engine.evaluate(this.train, coefficients, gradient, this.breathe);
    if (gradient) for (let i = 0; i < gradient.length; i++) gradient[i]! /= this.totalWeight;
    return sum / this.totalWeight;
  }

  /** The weighted mean loss of the validation rows, if there are any. */
  async onValidation(coefficients: Float64Array): Promise<number | undefined> {
    if (this.validation === undefined) return undefined;
    const sum = await this.engine.evaluate(this.validation, coefficients, undefined, this.breathe);
    return sum / this.validation.totalWeight;
  }
}

/** Copies rows, labels and weights to the engine's rows from `first` on; returns the sum of the weights. */
function load(engine: LogLossEngine, { x, y }: Dataset, weight: Float64Array, first: number): number {
  const { data, rows, cols } = x;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    engine.x.set(data.subarray(i * cols, (i + 1) * cols), (first + i) * engine.stride);
    engine.labels[first + i] = y[i]!;
    engine.weights[first + i] = weight[i]!;
    total += weight[i]!;
  }
  return total;
}
