import { type Dataset, LearnError, type Matrix, type Task } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkColumns, checkDataset } from '../check-input.js';
import { defineModel } from '../definition.js';
import { FitLoop } from '../fit-loop.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { weightedMedian } from './weighted-median.js';

interface DummyParams {
  readonly strategy: 'auto' | 'prior' | 'most_frequent' | 'mean' | 'median';
}

interface Fitted {
  readonly names: readonly string[];
  /** Class shares for classification, one value for regression. */
  readonly answer: Float64Array;
}

const FORMAT = 'trainyard.dummy';
const SMALLEST_PROBABILITY = 1e-15;

/** Answers the same for every row: the yardstick that any useful model beats (scikit-learn's Dummy estimators). */
class Dummy implements Model {
  constructor(
    private readonly params: DummyParams,
    private readonly task: Task,
    private fitted?: Fitted,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    checkDataset(train);
    const loop = new FitLoop(options, 1);
    this.fitted = { names: train.x.names, answer: this.answerFor(train) };
    const trainLoss = this.loss(train);
    const validationLoss = options.validation && this.loss(options.validation);
    const losses = { trainLoss, ...(validationLoss === undefined ? {} : { validationLoss }) };
    await loop.after(1, losses, () => this.save());
    const seconds = (performance.now() - started) / 1000;
    return { ...losses, bestIteration: 1, iterations: 1, earlyStopped: false, seconds };
  }

  predict(x: Matrix): Predictions {
    const { names, answer } = this.mustBeFitted();
    checkColumns(x, names.length);
    if (this.task === 'regression') return { values: new Float64Array(x.rows).fill(answer[0]!) };
    const k = answer.length;
    const probabilities = new Float64Array(x.rows * k);
    for (let i = 0; i < x.rows; i++) probabilities.set(answer, i * k);
    const mostFrequent = answer.indexOf(Math.max(...answer));
    return { values: new Float64Array(x.rows).fill(mostFrequent), probabilities, classes: k };
  }

  importance(): FeatureImportance {
    const { names } = this.mustBeFitted();
    return { names, gain: new Float64Array(names.length) };
  }

  save(): ModelArtifact {
    const { names, answer } = this.mustBeFitted();
    const manifest = { params: this.params, task: this.task, names };
    return { format: FORMAT, version: 1, manifest, arrays: { answer } };
  }

  static load(artifact: ModelArtifact): Dummy {
    expectFormat(artifact, FORMAT, 1);
    const { params, task, names } = artifact.manifest as { params: DummyParams; task: Task; names: string[] };
    return new Dummy(params, task, { names, answer: arrayOf(artifact, 'answer', Float64Array) });
  }

  private answerFor({ y, weight, classes }: Dataset): Float64Array {
    if (this.task === 'regression' && this.params.strategy === 'median')
      return Float64Array.of(weightedMedian(y, weight));
    const sums = new Float64Array(this.task === 'regression' ? 1 : classes!.length);
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const w = weight === undefined ? 1 : weight[i]!;
      total += w;
      if (this.task === 'regression') sums[0]! += w * y[i]!;
      else sums[y[i]!]! += w;
    }
    const means = sums.map((sum) => sum / total);
    if (this.params.strategy !== 'most_frequent') return means;
    const mostFrequent = means.indexOf(Math.max(...means));
    return means.map((_, c) => (c === mostFrequent ? 1 : 0));
  }

  /** Mean log loss for classification, mean squared error for regression. */
  private loss({ y, weight }: Dataset): number {
    const { answer } = this.mustBeFitted();
    let sum = 0;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const w = weight === undefined ? 1 : weight[i]!;
      total += w;
      if (this.task === 'regression') sum += w * (y[i]! - answer[0]!) ** 2;
      else sum -= w * Math.log(Math.max(answer[y[i]!]!, SMALLEST_PROBABILITY));
    }
    return sum / total;
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

/** Throws PARAMETER_INVALID when the strategy belongs to the other kind of task. */
function checkStrategy({ strategy }: DummyParams, task: Task): void {
  const fitting = task === 'regression' ? ['auto', 'mean', 'median'] : ['auto', 'prior', 'most_frequent'];
  if (fitting.includes(strategy)) return;
  throw new LearnError(
    'PARAMETER_INVALID',
    `params.strategy is "${strategy}", but for ${task} it must be one of ${fitting.join(', ')}.`,
    { field: 'params.strategy' },
  );
}

export const dummy = defineModel<DummyParams>({
  name: 'dummy',
  family: 'baseline',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'ordinal', acceptsMissing: true, scaling: 'none' },
  params: {
    strategy: {
      type: 'enum',
      values: ['auto', 'prior', 'most_frequent', 'mean', 'median'],
      default: 'auto',
      description: 'auto: class shares (prior) for classification, the mean for regression.',
    },
  },
  space: {},
  create: (params, task) => {
    checkStrategy(params, task);
    return new Dummy(params, task);
  },
  load: Dummy.load,
});
