import { type Dataset, LearnError, type Matrix, type Task } from '@trainyard/data';
import { ForestScorer } from '@trainyard/kernels';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkColumns, checkDataset } from '../check-input.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics, Uncertainty } from '../model.js';
import { threadsWhenLoaded } from '../prediction-threads.js';
import { type CompactForest, compactArrays, expandForest, readCompactForest } from './compact-forest.js';
import { forestPredictions } from './forest-predictions.js';
import { ForestRun } from './forest-run.js';
import { checkForestParams, type ForestParams } from './parameters.js';
import { QuantileForest } from './uncertainty.js';

interface Fitted {
  readonly names: readonly string[];
  /** Empty for regression. */
  readonly classes: readonly string[];
  readonly forest: CompactForest;
  /** Each tree's shares of the decrease of impurity: `trees x features`. */
  readonly importance: Float64Array;
  readonly oobScore?: number;
}

const FORMAT = 'trainyard.forest';

/**
 * A forest of trees that are grown to full depth on binned rows and vote with their leaves' class shares or means: a random
 * forest (Breiman, 2001) or extremely randomized trees (Geurts et al., 2006). Missing values have a bin of their own, and
 * each split learns where they go; categorical columns count as the numbers of their codes.
 */
export class ForestModel implements Model {
  private scorer: ForestScorer | undefined;
  private quantiles: QuantileForest | undefined;
  private threads = threadsWhenLoaded();

  constructor(
    private readonly name: 'random_forest' | 'extra_trees',
    private readonly params: ForestParams,
    private readonly task: Task,
    private fitted?: Fitted,
  ) {
    checkForestParams(params, task);
  }

  /** `initial`, a model of this kind, stays as it is and n_estimators more trees are grown. */
  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    this.threads = options.threads ?? 1;
    for (const data of options.validation ? [train, options.validation] : [train]) {
      checkDataset(data);
      checkColumns(data.x, train.x.cols);
    }
    if (options.objective) {
      throw new LearnError('OPTION_UNSUPPORTED', `Model "${this.name}" takes no objective: choose a criterion.`);
    }
    const initial = options.initial && this.initialForest(options.initial, train);
    const randomThresholds = this.name === 'extra_trees';
    const result = await ForestRun.fit(train, this.params, options, randomThresholds, initial);
    const { forest, importance, metrics, oobScore } = result;
    const oob = oobScore === undefined ? {} : { oobScore };
    this.fitted = { names: train.x.names, classes: train.classes ?? [], forest, importance, ...oob };
    this.scorer = undefined;
    this.quantiles = undefined;
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    const { forest, names, classes } = this.mustBeFitted();
    checkColumns(x, names.length);
    this.scorer ??= new ForestScorer(expandForest(forest, names.length), names.length, this.threads);
    const sums = new Float64Array(x.rows * forest.outputs);
    this.scorer.addScores(x.data, x.rows, sums);
    return forestPredictions(sums, x.rows, classes.length, forest.roots.length);
  }

  /** Regression only: the quantiles and the variance of a quantile regression forest. */
  predictUncertainty(x: Matrix, level = 0.9): Uncertainty {
    if (this.task !== 'regression') {
      throw new LearnError('TASK_UNSUPPORTED', 'Intervals are for regression; a classifier has its probabilities.');
    }
    if (!(level > 0 && level < 1)) {
      throw new LearnError('PARAMETER_INVALID', `The level is ${level}, but must be between 0 and 1.`, {
        field: 'level',
      });
    }
    const { forest, names } = this.mustBeFitted();
    const { values } = this.predict(x);
    this.quantiles ??= new QuantileForest(forest, names.length);
    return this.quantiles.uncertainty(x, level, values);
  }

  /** Mean decrease of impurity, summing to 1, and the number of splits. */
  importance(): FeatureImportance {
    const { forest, names, importance } = this.mustBeFitted();
    const gain = new Float64Array(names.length);
    const split = new Float64Array(names.length);
    for (let i = 0; i < importance.length; i++) gain[i % names.length]! += importance[i]!;
    const total = gain.reduce((sum, value) => sum + value, 0);
    if (total > 0) for (let j = 0; j < gain.length; j++) gain[j]! /= total;
    for (const column of forest.feature) if (column >= 0) split[column]!++;
    return { names, gain, split };
  }

  save(): ModelArtifact {
    const { forest, names, classes, importance, oobScore } = this.mustBeFitted();
    const { name: model, params, task } = this;
    const oob = oobScore === undefined || Number.isNaN(oobScore) ? {} : { oobScore };
    const manifest = { model, params, task, names, classes, ...oob };
    return { format: FORMAT, version: 1, manifest, arrays: { ...compactArrays(forest), importance } };
  }

  /** Throws ARTIFACT_INVALID when it is not a sound forest. */
  static load(artifact: ModelArtifact): ForestModel {
    const { model, params, task, fitted } = readArtifact(artifact);
    return new ForestModel(model, params, task, fitted);
  }

  private initialForest(artifact: ModelArtifact, train: Dataset): Fitted {
    const { task, fitted } = readArtifact(artifact);
    const same = (a: readonly string[], b: readonly string[]): boolean => a.join('\n') === b.join('\n');
    if (task !== this.task || !same(fitted.names, train.x.names) || !same(fitted.classes, train.classes ?? [])) {
      throw new LearnError('OPTION_UNSUPPORTED', 'The initial model was fitted on another task, columns or classes.');
    }
    return fitted;
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

function readArtifact(artifact: ModelArtifact) {
  expectFormat(artifact, FORMAT, 1);
  const { model, params, task, names, classes, oobScore } = artifact.manifest as {
    model: 'random_forest' | 'extra_trees';
    params: ForestParams;
    task: Task;
    names: string[];
    classes: string[];
    oobScore?: number;
  };
  const regression = task === 'regression';
  const forest = readCompactForest(artifact, names.length, regression ? 1 : classes.length, !regression);
  const importance = arrayOf(artifact, 'importance', Float64Array, forest.roots.length * names.length);
  const fitted: Fitted = { names, classes, forest, importance, ...(oobScore === undefined ? {} : { oobScore }) };
  return { model, params, task, fitted };
}
