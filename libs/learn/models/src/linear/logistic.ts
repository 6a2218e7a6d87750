import type { Dataset, Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkColumns, checkDataset, checkFiniteMatrix } from '../check-input.js';
import { defineModel } from '../definition.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { standardDeviations } from './column-statistics.js';
import { scoreRow, sigmoid, softmaxInPlace } from './log-loss.js';
import { type LogisticParams, LogisticRun } from './logistic-run.js';

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
 * Logistic regression, binary or multinomial, with an L2 penalty: minimises
 * `C * sum_i w_i loss_i + ||w||^2 / 2` over everything but the intercepts, by L-BFGS, as scikit-learn's
 * `LogisticRegression(solver="lbfgs")` does, so C, tol and max_iter mean the same. Wants finite, scaled features.
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
    const run = new LogisticRun(train, this.params, options);
    const metrics = await run.finish();
    this.fitted = {
      names: train.x.names,
      classes,
      coefficients: run.best,
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

export const logistic = defineModel<LogisticParams>({
  name: 'logistic',
  family: 'linear',
  input: '2d',
  tasks: ['binary', 'multiclass'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  params: {
    C: {
      type: 'float',
      default: 1,
      min: 0,
      exclusiveMin: true,
      description: 'Inverse of the L2 penalty: smaller values shrink the coefficients more.',
    },
    max_iter: { type: 'int', default: 100, min: 1, description: 'Most L-BFGS iterations.' },
    tol: {
      type: 'float',
      default: 1e-4,
      min: 0,
      description: 'Stops when no entry of the gradient of the mean loss is larger than this.',
    },
    fit_intercept: { type: 'boolean', default: true, description: 'Whether each class has a constant term.' },
    class_weight: {
      type: 'enum',
      values: ['balanced'],
      nullable: true,
      default: null,
      description: '"balanced" weighs each class by the inverse of its frequency; null weighs all rows alike.',
    },
  },
  space: { C: { type: 'float', low: 1e-4, high: 1e3, log: true } },
  create: (params) => new LogisticRegression(params),
  load: (artifact) => LogisticRegression.load(artifact),
});
