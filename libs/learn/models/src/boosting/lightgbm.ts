import { type Dataset, LearnError, type Matrix, type Task } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { expectFormat } from '../artifact-fields.js';
import { checkColumns, checkDataset } from '../check-input.js';
import { defineModel } from '../definition.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { type Forest, forestArrays, readForest } from '../trees/forest.js';
import { scoreRows } from '../trees/score-rows.js';
import { BoostingRun } from './boosting-run.js';
import { checkTarget } from './objective.js';
import { LIGHTGBM_PARAMETERS, LIGHTGBM_SPACE, type LightGBMParams } from './parameters.js';
import { predictionsOf } from './predictions.js';

interface Fitted {
  readonly names: readonly string[];
  /** Empty for regression. */
  readonly classes: readonly string[];
  readonly forest: Forest;
}

const FORMAT = 'trainyard.trees';

/**
 * Gradient boosting of leaf-wise histogram trees (Ke et al., "LightGBM", 2017) on WASM kernels. Missing values have a bin of
 * their own and each split learns where they go; categorical columns are split on sets of categories.
 */
class LightGBM implements Model {
  constructor(
    private readonly params: LightGBMParams,
    private readonly task: Task,
    private fitted?: Fitted,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    for (const data of options.validation ? [train, options.validation] : [train]) {
      checkDataset(data);
      checkTarget(data);
      checkColumns(data.x, train.x.cols);
    }
    const { forest, metrics } = await BoostingRun.fit(train, this.params, options);
    this.fitted = { names: train.x.names, classes: train.classes ?? [], forest };
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    const { forest, names, classes } = this.mustBeFitted();
    checkColumns(x, names.length);
    return predictionsOf(this.task, classes.length, x.rows, scoreRows(forest, x));
  }

  /** Total gain, and number of splits, of each feature. */
  importance(): FeatureImportance {
    const { forest, names } = this.mustBeFitted();
    const gain = new Float64Array(names.length);
    const split = new Float64Array(names.length);
    for (let node = 0; node < forest.feature.length; node++) {
      const column = forest.feature[node]!;
      if (column < 0) continue;
      gain[column]! += forest.gain[node]!;
      split[column]!++;
    }
    return { names, gain, split };
  }

  save(): ModelArtifact {
    const { forest, names, classes } = this.mustBeFitted();
    const manifest = { model: 'lightgbm', params: this.params, task: this.task, names, classes };
    return { format: FORMAT, version: 1, manifest, arrays: forestArrays(forest) };
  }

  static load(artifact: ModelArtifact): LightGBM {
    expectFormat(artifact, FORMAT, 1);
    const { params, task, names, classes } = artifact.manifest as {
      params: LightGBMParams;
      task: Task;
      names: string[];
      classes: string[];
    };
    const forest = readForest(artifact, names.length);
    if (forest.outputs !== (task === 'multiclass' ? classes.length : 1)) {
      throw new LearnError('ARTIFACT_INVALID', `A ${task} model cannot have ${forest.outputs} scores a row.`);
    }
    return new LightGBM(params, task, { names, classes, forest });
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

export const lightgbm = defineModel<LightGBMParams>({
  name: 'lightgbm',
  family: 'boosting',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'ordinal', acceptsMissing: true, scaling: 'none' },
  params: LIGHTGBM_PARAMETERS,
  space: LIGHTGBM_SPACE,
  create: (params, task) => {
    if (params.scale_pos_weight !== 1 && task !== 'binary') {
      throw new LearnError(
        'PARAMETER_INVALID',
        `params.scale_pos_weight is for binary tasks only; this one is ${task}.`,
        {
          field: 'params.scale_pos_weight',
        },
      );
    }
    return new LightGBM(params, task);
  },
  load: LightGBM.load,
});
