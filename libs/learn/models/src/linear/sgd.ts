import { type Dataset, LearnError, type Matrix, type Task } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkColumns, checkDataset, checkFiniteMatrix } from '../check-input.js';
import { defineModel } from '../definition.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { standardDeviations } from './column-statistics.js';
import { scoreRow } from './scores.js';
import { type SgdParams, sgdParameters, sgdRules, sgdSpace } from './sgd-parameters.js';
import { oneVersusRest } from './sgd-probabilities.js';
import { readSgdState, SgdRun, type SgdState } from './sgd-run.js';

interface Fitted {
  readonly names: readonly string[];
  /** None in regression. */
  readonly classes: readonly string[];
  /** Row-major `scores x (f + 1)`, the intercept last. */
  readonly coefficients: Float64Array;
  readonly deviations: Float64Array;
  readonly state: SgdState;
}

const FORMAT = 'trainyard.sgd';

/**
 * Linear models by stochastic gradient descent, one step a row: scikit-learn's `SGDClassifier` (one class against the rest) and
 * `SGDRegressor`. Probabilities come from log_loss and modified_huber (Zadrozny and Elkan 2002); the other losses know none, and
 * give the predicted class 1 and the others 0. Wants finite, scaled features. Rows of weight 0 are left out. One thread.
 */
export class StochasticGradientDescent implements Model {
  constructor(
    private readonly params: SgdParams,
    private readonly task: Task,
    private fitted?: Fitted,
  ) {}

  /** With `options.initial` goes on from that model, on these rows. */
  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const initial = options.initial && StochasticGradientDescent.load(options.initial).fitted;
    return this.learn(train, options, initial);
  }

  /** One more pass, over these rows, from where the model is: for data that arrive over time. The first call starts a model. */
  async partialFit(rows: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    return this.learn(rows, options, this.fitted, 1);
  }

  predict(x: Matrix): Predictions {
    const { coefficients, names, classes } = this.mustBeFitted();
    checkColumns(x, names.length);
    const scores = new Float64Array(coefficients.length / (names.length + 1));
    const values = new Float64Array(x.rows);
    const k = classes.length;
    const probabilities = new Float64Array(x.rows * k);
    const { loss } = sgdRules(this.params, this.task);
    for (let i = 0; i < x.rows; i++) {
      scoreRow(x, i, coefficients, scores);
      if (Number.isNaN(scores[0]!)) checkFiniteMatrix(x);
      values[i] = k === 0 ? scores[0]! : oneVersusRest(scores, loss, probabilities.subarray(i * k, (i + 1) * k));
    }
    return k === 0 ? { values } : { values, probabilities, classes: k };
  }

  importance(): FeatureImportance {
    const { coefficients, names, deviations } = this.mustBeFitted();
    const stride = names.length + 1;
    const gain = new Float64Array(names.length);
    for (let at = 0; at < coefficients.length; at++) {
      const j = at % stride;
      if (j < names.length) gain[j]! += (Math.abs(coefficients[at]!) * deviations[j]! * stride) / coefficients.length;
    }
    return { names, gain };
  }

  save(): ModelArtifact {
    const { names, classes, coefficients, deviations, state } = this.mustBeFitted();
    const manifest = { params: this.params, task: this.task, names, classes };
    return { format: FORMAT, version: 1, manifest, arrays: { coefficients, deviations, ...state } };
  }

  static load(artifact: ModelArtifact): StochasticGradientDescent {
    expectFormat(artifact, FORMAT, 1);
    const { params, task, names, classes } = artifact.manifest as {
      params: SgdParams;
      task: Task;
      names: string[];
      classes: string[];
    };
    const scores = classes.length > 2 ? classes.length : 1;
    return new StochasticGradientDescent(params, task, {
      names,
      classes,
      coefficients: arrayOf(artifact, 'coefficients', Float64Array, scores * (names.length + 1)),
      deviations: arrayOf(artifact, 'deviations', Float64Array, names.length),
      state: readSgdState(artifact, scores, names.length),
    });
  }

  private async learn(train: Dataset, options: FitOptions, from?: Fitted, passes?: number): Promise<TrainingMetrics> {
    const started = performance.now();
    checkDataset(train);
    checkFiniteMatrix(train.x);
    if (from) checkSame(from, train);
    const run = new SgdRun(train, this.task, this.params, options, from?.state);
    const metrics = await run.finish(passes);
    this.fitted = {
      names: train.x.names,
      classes: train.classes ?? [],
      coefficients: run.coefficients,
      deviations: standardDeviations(train.x, train.weight),
      state: run.state(),
    };
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

/** Throws OPTION_UNSUPPORTED when a model cannot go on with these rows. */
function checkSame({ names, classes }: Fitted, { x, classes: given = [] }: Dataset): void {
  if (names.join('\n') === x.names.join('\n') && classes.join('\n') === given.join('\n')) return;
  throw new LearnError(
    'OPTION_UNSUPPORTED',
    'The model was fitted on other columns or classes: to go on it needs the same.',
  );
}

export const sgd = defineModel<SgdParams>({
  name: 'sgd',
  family: 'linear',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  params: sgdParameters,
  space: sgdSpace,
  create: (params, task) => {
    sgdRules(params, task);
    return new StochasticGradientDescent(params, task);
  },
  load: StochasticGradientDescent.load,
});
