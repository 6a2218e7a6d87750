import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkColumns, checkDataset, checkFiniteMatrix } from '../check-input.js';
import { FitLoop } from '../fit-loop.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { solveCholesky } from './cholesky.js';
import { standardDeviations } from './column-statistics.js';
import { type NormalEquations, normalEquations } from './normal-equations.js';

export interface LeastSquaresParams {
  /** L2 penalty; 0 for ordinary least squares. */
  readonly alpha: number;
  readonly fit_intercept: boolean;
}

interface Fitted {
  readonly names: readonly string[];
  /** f coefficients, then the intercept. */
  readonly coefficients: Float64Array;
  readonly deviations: Float64Array;
}

const FORMAT = 'trainyard.least-squares';
/** Pivots of a correlation matrix under this are rounding: the columns depend on each other. */
const SINGULAR = 1e-11;
/** The ridge, on the correlation scale, that picks one solution when columns depend on each other. */
const TIE_BREAK = 1e-9;

/**
 * Solves the penalised normal equations on the correlation scale. With dependent columns a ridge of 1e-9 picks the
 * solution of nearly least norm; predictions do not depend on the choice.
 */
function solve({ gram, moment }: NormalEquations, alpha: number): Float64Array {
  const d = moment.length;
  const scales = moment.map((_, j) => Math.sqrt(gram[j * d + j]!) || 1);
  const scaledMoment = moment.map((value, j) => value / scales[j]!);
  for (const ridge of [0, TIE_BREAK, 1e3 * TIE_BREAK, 1e6 * TIE_BREAK]) {
    const scaled = gram.map((value, at) => value / (scales[Math.floor(at / d)]! * scales[at % d]!));
    for (let j = 0; j < d; j++) scaled[j * d + j]! += alpha / scales[j]! ** 2 + ridge;
    const solution = solveCholesky(scaled, scaledMoment, SINGULAR);
    if (solution !== undefined) return solution.map((value, j) => value / scales[j]!);
  }
  throw new LearnError('FEATURE_INVALID', 'The features are too large or too dependent to fit: scale them first.');
}

function refuseInitial({ initial }: FitOptions): void {
  if (initial === undefined) return;
  throw new LearnError(
    'OPTION_UNSUPPORTED',
    'Least squares in closed form has no warm start: fit without an initial model.',
  );
}

/**
 * Linear regression: minimises `sum_i w_i (y_i - b - w . x_i)^2 + alpha ||w||^2` in closed form, as scikit-learn's
 * `LinearRegression` (alpha 0) and `Ridge` do. Wants finite features.
 */
export class LeastSquares implements Model {
  constructor(
    private readonly params: LeastSquaresParams,
    private fitted?: Fitted,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    checkDataset(train);
    checkFiniteMatrix(train.x);
    refuseInitial(options);
    const loop = new FitLoop(options, 1);
    const turns = { threads: options.threads ?? 1, breathe: loop.breathe };
    const equations = await normalEquations(train, this.params.fit_intercept, turns);
    const { cols, names } = train.x;
    const coefficients = new Float64Array(cols + 1);
    coefficients.set(solve(equations, this.params.alpha));
    let intercept = equations.targetMean;
    for (let j = 0; j < cols; j++) intercept -= coefficients[j]! * equations.means[j]!;
    coefficients[cols] = intercept;
    this.fitted = { names, coefficients, deviations: standardDeviations(train.x, train.weight) };
    const trainLoss = this.meanSquaredError(train);
    const validationLoss = options.validation && this.meanSquaredError(options.validation);
    const losses = { trainLoss, ...(validationLoss === undefined ? {} : { validationLoss }) };
    await loop.after(1, losses, () => this.save());
    const seconds = (performance.now() - started) / 1000;
    return { ...losses, bestIteration: 1, iterations: 1, earlyStopped: false, seconds };
  }

  predict(x: Matrix): Predictions {
    const { coefficients, names } = this.mustBeFitted();
    checkColumns(x, names.length);
    const { data, rows, cols } = x;
    const values = new Float64Array(rows);
    for (let i = 0, begin = 0; i < rows; i++, begin += cols) {
      let sum = coefficients[cols]!;
      for (let j = 0; j < cols; j++) sum += coefficients[j]! * data[begin + j]!;
      values[i] = sum;
      if (Number.isNaN(sum)) checkFiniteMatrix(x);
    }
    return { values };
  }

  importance(): FeatureImportance {
    const { coefficients, names, deviations } = this.mustBeFitted();
    return { names, gain: deviations.map((deviation, j) => Math.abs(coefficients[j]!) * deviation) };
  }

  save(): ModelArtifact {
    const { names, coefficients, deviations } = this.mustBeFitted();
    return {
      format: FORMAT,
      version: 1,
      manifest: { params: this.params, names },
      arrays: { coefficients, deviations },
    };
  }

  static load(artifact: ModelArtifact): LeastSquares {
    expectFormat(artifact, FORMAT, 1);
    const { params, names } = artifact.manifest as { params: LeastSquaresParams; names: string[] };
    const coefficients = arrayOf(artifact, 'coefficients', Float64Array, names.length + 1);
    const deviations = arrayOf(artifact, 'deviations', Float64Array, names.length);
    return new LeastSquares(params, { names, coefficients, deviations });
  }

  private meanSquaredError({ x, y, weight }: Dataset): number {
    const { values } = this.predict(x);
    let sum = 0;
    let total = 0;
    for (let i = 0; i < values.length; i++) {
      const w = weight === undefined ? 1 : weight[i]!;
      sum += w * (y[i]! - values[i]!) ** 2;
      total += w;
    }
    return sum / total;
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}
