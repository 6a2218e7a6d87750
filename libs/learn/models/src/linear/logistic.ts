import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkColumns, checkDataset, checkFiniteMatrix } from '../check-input.js';
import { defineModel } from '../definition.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { standardDeviations } from './column-statistics.js';
import { type LogisticParams, logisticParameters, logisticSpace } from './logistic-parameters.js';
import { LogisticRun } from './logistic-run.js';
import { scoreRow, sigmoid, softmaxInPlace } from './scores.js';

interface Fitted {
  readonly names: readonly string[];
  readonly classes: readonly string[];
  /** Row-major `outputs x (f + 1)`, the intercept last. */
  readonly coefficients: Float64Array;
  /** Spread of each feature in training: importance is coefficient times spread. */
  readonly deviations: Float64Array;
}

const FORMAT = 'trainyard.logistic';

/**
 * Logistic regression, binary or multinomial: minimises `C * sum_i w_i loss_i + (1 - r) ||w||^2 / 2 + r ||w||_1` over everything
 * but the intercepts, with r = 0 for penalty l2, 1 for l1, `l1_ratio` for elasticnet, as scikit-learn's `LogisticRegression` does,
 * so C, tol and max_iter mean the same. L-BFGS, or OWL-QN where there is an L1 part. Wants finite, scaled features. The reported
 * losses are weighted by sample and class weights.
 */
class LogisticRegression implements Model {
  constructor(
    private readonly params: LogisticParams,
    private fitted?: Fitted,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    checkDataset(train);
    checkFiniteMatrix(train.x);
    const classes = train.classes!;
    const start = options.initial && startFrom(options.initial, train);
    const { coefficients, metrics } = await LogisticRun.run(train, this.params, options, start);
    this.fitted = {
      names: train.x.names,
      classes,
      coefficients,
      deviations: standardDeviations(train.x, train.weight),
    };
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    const { coefficients, names, classes } = this.mustBeFitted();
    checkColumns(x, names.length);
    const k = classes.length;
    const values = new Float64Array(x.rows);
    const probabilities = new Float64Array(x.rows * k);
    const scores = new Float64Array(k === 2 ? 1 : k);
    for (let i = 0; i < x.rows; i++) {
      scoreRow(x, i, coefficients, scores);
      if (Number.isNaN(scores[0]!)) checkFiniteMatrix(x);
      if (k === 2) {
        const p = sigmoid(scores[0]!);
        probabilities[2 * i] = 1 - p;
        probabilities[2 * i + 1] = p;
        values[i] = p > 0.5 ? 1 : 0;
      } else {
        softmaxInPlace(scores);
        probabilities.set(scores, i * k);
        values[i] = scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
      }
    }
    return { values, probabilities, classes: k };
  }

  importance(): FeatureImportance {
    const { coefficients, names, deviations } = this.mustBeFitted();
    const stride = names.length + 1;
    const outputs = coefficients.length / stride;
    const gain = new Float64Array(names.length);
    for (let c = 0; c < outputs; c++) {
      for (let j = 0; j < names.length; j++)
        gain[j]! += (Math.abs(coefficients[c * stride + j]!) * deviations[j]!) / outputs;
    }
    return { names, gain };
  }

  save(): ModelArtifact {
    const { names, classes, coefficients, deviations } = this.mustBeFitted();
    const manifest = { params: this.params, names, classes };
    return { format: FORMAT, version: 1, manifest, arrays: { coefficients, deviations } };
  }

  static load(artifact: ModelArtifact): LogisticRegression {
    expectFormat(artifact, FORMAT, 1);
    const { params, names, classes } = artifact.manifest as {
      params: LogisticParams;
      names: string[];
      classes: string[];
    };
    const outputs = classes.length === 2 ? 1 : classes.length;
    return new LogisticRegression(params, {
      names,
      classes,
      coefficients: arrayOf(artifact, 'coefficients', Float64Array, outputs * (names.length + 1)),
      deviations: arrayOf(artifact, 'deviations', Float64Array, names.length),
    });
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

/** The coefficients of an earlier fit on the same columns and classes. Throws OPTION_UNSUPPORTED when they differ. */
function startFrom(initial: ModelArtifact, { x, classes }: Dataset): Float64Array {
  expectFormat(initial, FORMAT, 1);
  const { names, classes: earlier } = initial.manifest as { names: string[]; classes: string[] };
  if (names.join('\n') !== x.names.join('\n') || earlier.join('\n') !== classes!.join('\n')) {
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      'The initial model was fitted on other columns or classes: a warm start needs the same.',
    );
  }
  const outputs = earlier.length === 2 ? 1 : earlier.length;
  return arrayOf(initial, 'coefficients', Float64Array, outputs * (names.length + 1)).slice();
}

export const logistic = defineModel<LogisticParams>({
  name: 'logistic',
  family: 'linear',
  input: '2d',
  tasks: ['binary', 'multiclass'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  params: logisticParameters,
  space: logisticSpace,
  create: (params) => new LogisticRegression(params),
  load: (artifact) => LogisticRegression.load(artifact),
});
