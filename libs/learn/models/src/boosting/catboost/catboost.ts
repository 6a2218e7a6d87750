import { type Dataset, LearnError, type Matrix, type Task } from '@trainyard/data';
import type { ModelArtifact } from '../../artifact.js';
import { expectFormat } from '../../artifact-fields.js';
import { checkColumns, checkDataset } from '../../check-input.js';
import { defineModel } from '../../definition.js';
import { FitLoop } from '../../fit-loop.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics } from '../../model.js';
import { emptyPredictions, writePredictions } from '../predictions.js';
import { CatBoostRun } from './catboost-run.js';
import { importanceOf } from './importance.js';
import { withoutUnused } from './join-trees.js';
import { checkLoss, linkOf } from './loss.js';
import { type ObliviousTrees, readTrees, treeArrays } from './oblivious-trees.js';
import { CATBOOST_PARAMETERS, CATBOOST_SPACE, type CatBoostParams } from './parameters.js';
import { prepare } from './prepare.js';
import { RowScorer } from './score-rows.js';

interface Fitted {
  readonly names: readonly string[];
  /** Empty for regression. */
  readonly classes: readonly string[];
  readonly trees: ObliviousTrees;
  readonly scorer: RowScorer;
}

const FORMAT = 'trainyard.oblivious';

/**
 * Gradient boosting of oblivious trees (Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features", 2018) on
 * WASM kernels: each level of a tree has one split, and a tree has a vector of leaf values for several classes. Categorical
 * columns become ordered target statistics. Unlike CatBoost's, the L2 penalty does not grow with the mean weight, so that a
 * weight of 2 is a row given twice.
 */
class CatBoost implements Model {
  private fitted: Fitted | undefined;

  constructor(
    private readonly params: CatBoostParams,
    private readonly task: Task,
  ) {
    checkLoss(params, task);
  }

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    for (const data of options.validation ? [train, options.validation] : [train]) {
      checkDataset(data, data === train ? 'training' : 'validation');
      checkColumns(data.x, train.x.cols);
    }
    if (options.objective && (this.task === 'multiclass' || this.params.boosting_type === 'Ordered')) {
      const words = 'catboost takes an objective of your own for one score a row and Plain boosting only.';
      throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'objective' });
    }
    const isOrdered = this.params.monotone_constraints.some((direction) => direction !== 0);
    if (isOrdered && (this.task === 'multiclass' || this.params.boosting_type === 'Ordered')) {
      const words = 'catboost takes monotone constraints for one score a row and Plain boosting only.';
      throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'params.monotone_constraints' });
    }
    const loop = new FitLoop(options, this.params.iterations);
    const initial = options.initial && this.continued(options.initial, train);
    const prepared = await prepare(train, this.params, options, initial);
    try {
      const { trees, metrics } = await new CatBoostRun(prepared, train, options, loop).finish();
      this.take(train.x.names, train.classes ?? [], withoutUnused(trees));
      return { ...metrics, seconds: (performance.now() - started) / 1000 };
    } finally {
      await prepared.engine.close();
    }
  }

  predict(x: Matrix): Predictions {
    const { scorer, names, classes } = this.mustBeFitted();
    checkColumns(x, names.length);
    const link = linkOf(this.params, this.task);
    return writePredictions(link, scorer.score(x), emptyPredictions(link, x.rows, classes.length));
  }

  /** Gain is CatBoost's PredictionValuesChange, in percent. */
  importance(): FeatureImportance {
    const { trees, names } = this.mustBeFitted();
    return importanceOf(trees, names);
  }

  save(): ModelArtifact {
    const { trees, names, classes } = this.mustBeFitted();
    const manifest = { model: 'catboost', params: this.params, task: this.task, names, classes };
    return { format: FORMAT, version: 1, manifest, arrays: treeArrays(trees) };
  }

  static load(artifact: ModelArtifact): CatBoost {
    const { params, task, names, classes, trees } = readArtifact(artifact);
    const model = new CatBoost(params, task);
    model.take(names, classes, trees);
    return model;
  }

  /** The trees of the model to continue. Throws OPTION_UNSUPPORTED when it has another shape than this fit. */
  private continued(artifact: ModelArtifact, { x, classes }: Dataset): ObliviousTrees {
    const initial = readArtifact(artifact);
    const same = initial.names.length === x.cols && initial.task === this.task;
    if (same && initial.classes.length === (classes?.length ?? 0)) return initial.trees;
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      `The model to continue is for ${initial.task} on ${initial.names.length} columns and ${initial.classes.length} classes; this fit is not.`,
      { field: 'initial' },
    );
  }

  private take(names: readonly string[], classes: readonly string[], trees: ObliviousTrees): void {
    this.fitted = { names, classes, trees, scorer: new RowScorer(trees) };
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

function readArtifact(artifact: ModelArtifact) {
  expectFormat(artifact, FORMAT, 1);
  const { params, task, names, classes } = artifact.manifest as {
    params: CatBoostParams;
    task: Task;
    names: string[];
    classes: string[];
  };
  const trees = readTrees(artifact, names.length);
  if (trees.outputs !== (task === 'multiclass' ? classes.length : 1)) {
    throw new LearnError('ARTIFACT_INVALID', `A ${task} model cannot have ${trees.outputs} scores a row.`);
  }
  return { params, task, names, classes, trees };
}

export const catboost = defineModel<CatBoostParams>({
  name: 'catboost',
  family: 'boosting',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'ordinal', acceptsMissing: true, scaling: 'none' },
  params: CATBOOST_PARAMETERS,
  space: CATBOOST_SPACE,
  create: (params, task) => new CatBoost(params, task),
  load: CatBoost.load,
});
