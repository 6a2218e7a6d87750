import type { Dataset, Matrix, Task } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { checkColumns, checkDataset } from '../check-input.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { threadsWhenLoaded } from '../prediction-threads.js';
import { scoreRows } from '../trees/score-rows.js';
import { BoostingRun } from './boosting-run.js';
import { checkTargetRange } from './objectives/check-target.js';
import { objectiveNameFor } from './objectives/objective-settings.js';
import { emptyPredictions, writePredictions } from './predictions.js';
import type { BoostingSettings } from './settings.js';
import { readTrees, type TreesArtifact, writeTrees } from './trees-artifact.js';
import { readInitial } from './warm-start.js';

/** Gradient boosting of histogram trees on WASM kernels, for every library whose parameters come down to BoostingSettings. */
export class BoostedTrees implements Model {
  private fitted: TreesArtifact | undefined;
  private threads = threadsWhenLoaded();

  constructor(
    private readonly model: string,
    private readonly params: object,
    private readonly task: Task,
    private readonly settings: BoostingSettings,
  ) {}

  /**
   * Throws TOO_FEW_ROWS, FEATURE_INVALID, WEIGHT_INVALID, TARGET_NOT_NUMERIC, TARGET_OUT_OF_RANGE, PARAMETER_INVALID,
   * OPTION_UNSUPPORTED, CHECKPOINT_MISMATCH or ABORTED.
   */
  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    this.threads = options.threads ?? 1;
    const { model, params, settings, task } = this;
    const own = objectiveNameFor(task, settings.objective.name, null);
    const objective = options.objective?.name ?? own;
    for (const data of options.validation ? [train, options.validation] : [train]) {
      checkDataset(data, data === train ? 'training' : 'validation');
      if (!options.objective) checkTargetRange(data, own);
      checkColumns(data.x, train.x.cols);
    }
    const initial = options.initial && readInitial(options.initial, model, train, objective);
    const result = await BoostingRun.fit({ model, params, train, options, settings, initial });
    const { forest, metrics } = result;
    const names = train.x.names;
    const classes = train.classes ?? [];
    this.fitted = { model, params, task, names, classes, objective, link: result.objective.link, forest };
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    const { forest, names, link } = this.mustBeFitted();
    checkColumns(x, names.length);
    return writePredictions(link, scoreRows(forest, x, this.threads), emptyPredictions(link, x.rows, forest.outputs));
  }

  /** Total gain, number of splits, and total cover (hessians of the rows that passed them) of each feature. */
  importance(): FeatureImportance {
    const { forest, names } = this.mustBeFitted();
    const gain = new Float64Array(names.length);
    const split = new Float64Array(names.length);
    const cover = new Float64Array(names.length);
    for (let node = 0; node < forest.feature.length; node++) {
      const column = forest.feature[node]!;
      if (column < 0) continue;
      gain[column]! += forest.gain[node]!;
      split[column]!++;
      cover[column]! += forest.cover[node]!;
    }
    return { names, gain, split, cover };
  }

  save(): ModelArtifact {
    return writeTrees(this.mustBeFitted());
  }

  /** A fitted model again. `settingsOf` gives the settings of the saved parameters. Throws ARTIFACT_INVALID. */
  static load<Params extends object>(
    artifact: ModelArtifact,
    settingsOf: (params: Params, task: Task) => BoostingSettings,
  ): BoostedTrees {
    const fitted = readTrees(artifact);
    const { model, params, task } = fitted;
    const loaded = new BoostedTrees(model, params, task, settingsOf(params as Params, task));
    loaded.fitted = fitted;
    return loaded;
  }

  private mustBeFitted(): TreesArtifact {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}
