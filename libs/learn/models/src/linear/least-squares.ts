import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { expectFormat } from '../artifact-fields.js';
import { checkDataset, checkFiniteMatrix } from '../check-input.js';
import { FitLoop } from '../fit-loop.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { FittedLine } from './fitted-line.js';
import { normalEquations } from './normal-equations.js';
import { solveNormalEquations } from './solve-normal-equations.js';

export interface LeastSquaresParams {
  /** L2 penalty; 0 for ordinary least squares. */
  readonly alpha: number;
  readonly fit_intercept: boolean;
}

/** Of every linear regression: f coefficients with the intercept last, and the features' spreads. */
export const LEAST_SQUARES_FORMAT = 'trainyard.least-squares';
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
    private fitted?: FittedLine,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    checkDataset(train);
    checkFiniteMatrix(train.x);
    refuseInitial(options);
    const loop = new FitLoop(options, 1);
    const turns = { threads: options.threads ?? 1, breathe: loop.breathe };
    const equations = await normalEquations(train, this.params.fit_intercept, turns);
    const { cols } = train.x;
    const coefficients = new Float64Array(cols + 1);
    coefficients.set(await solveNormalEquations(equations, this.params.alpha, turns));
    let intercept = equations.targetMean;
    for (let j = 0; j < cols; j++) intercept -= coefficients[j]! * equations.means[j]!;
    coefficients[cols] = intercept;
    this.fitted = FittedLine.of(train, coefficients);
    const trainLoss = this.fitted.meanSquaredError(train);
    const validationLoss = options.validation && this.fitted.meanSquaredError(options.validation);
    const losses = { trainLoss, ...(validationLoss === undefined ? {} : { validationLoss }) };
    await loop.after(1, losses, () => this.save());
    const seconds = (performance.now() - started) / 1000;
    return { ...losses, bestIteration: 1, iterations: 1, earlyStopped: false, seconds };
  }

  predict(x: Matrix): Predictions {
    return this.mustBeFitted().predict(x);
  }

  importance(): FeatureImportance {
    return this.mustBeFitted().importance();
  }

  save(): ModelArtifact {
    const line = this.mustBeFitted();
    const manifest = { params: this.params, names: line.names };
    return { format: LEAST_SQUARES_FORMAT, version: 1, manifest, arrays: { ...line.arrays() } };
  }

  static load(artifact: ModelArtifact): LeastSquares {
    expectFormat(artifact, LEAST_SQUARES_FORMAT, 1);
    return new LeastSquares(artifact.manifest.params as LeastSquaresParams, FittedLine.read(artifact));
  }

  private mustBeFitted(): FittedLine {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}
