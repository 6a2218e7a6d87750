import { type Dataset, LearnError, type Matrix, type Task } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { expectFormat } from '../artifact-fields.js';
import { checkColumns, checkDataset } from '../check-input.js';
import type { FeatureImportance, FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { predictionLoss } from '../prediction-loss.js';
import { type Combination, combine, readCombination } from './combination.js';
import { EnsembleRun } from './ensemble-run.js';
import { Member } from './member.js';
import { nest, nested } from './nested-artifact.js';

/** What a strategy makes: members and the way their answers are combined. */
export interface FittedMembers {
  readonly members: readonly Member[];
  readonly combination: Combination;
}

/** How one kind of ensemble is fitted. */
export interface Strategy {
  /** How many member fits it takes at most. */
  readonly fits: number;
  fit(run: EnsembleRun): Promise<FittedMembers>;
}

/** The strategy for validated parameters. Throws what `membersOf` throws. */
export type StrategyOf = (params: Readonly<Record<string, unknown>>, task: Task) => Strategy;

interface Fitted extends FittedMembers {
  readonly names: readonly string[];
  /** Empty for regression. */
  readonly classes: readonly string[];
}

const FORMAT = 'trainyard.ensemble';

/** Several models that answer as one. The strategy says which are fitted on what, and how their answers are combined. */
export class Ensemble implements Model {
  constructor(
    private readonly params: Readonly<Record<string, unknown>>,
    private readonly task: Task,
    private readonly strategy: Strategy,
    private fitted?: Fitted,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    checkDataset(train);
    const run = new EnsembleRun(train, options, this.params, this.strategy.fits);
    const made = await this.strategy.fit(run);
    this.fitted = { ...made, names: train.x.names, classes: train.classes ?? [] };
    const trainLoss = predictionLoss(this.predict(train.x), train);
    const { validation } = options;
    const losses = validation
      ? { trainLoss, validationLoss: predictionLoss(this.predict(validation.x), validation) }
      : { trainLoss };
    await run.finish(losses);
    const seconds = (performance.now() - started) / 1000;
    return { ...losses, bestIteration: run.iterations, iterations: run.iterations, earlyStopped: false, seconds };
  }

  predict(x: Matrix): Predictions {
    const { members, combination, names, classes } = this.mustBeFitted();
    checkColumns(x, names.length);
    return combine(combination, members, x, classes.length);
  }

  /** Mean over the members of each one's shares of gain, weighted as their answers are. */
  importance(): FeatureImportance {
    const { members, combination, names } = this.mustBeFitted();
    const gain = new Float64Array(names.length);
    members.forEach((member, m) => {
      const weight = combination.kind === 'meta' ? 1 : combination.weights[m]!;
      member.importance(names.length).forEach((share, j) => {
        gain[j]! += weight * share;
      });
    });
    const total = gain.reduce((sum, value) => sum + value, 0);
    return { names, gain: total > 0 ? gain.map((value) => value / total) : gain };
  }

  save(): ModelArtifact {
    const { members, combination, names, classes } = this.mustBeFitted();
    const { params, task } = this;
    const parts = members.map((member, m) => [`member${m}`, member.save()] as const);
    const manifest = { params, task, names, classes, members: members.length, combination: combination.kind };
    const head = { format: FORMAT, version: 1, manifest };
    if (combination.kind !== 'meta') return nest(head, parts, { weights: combination.weights });
    const { passthrough } = combination;
    return nest({ ...head, manifest: { ...manifest, passthrough } }, [...parts, ['final', combination.final.save()]]);
  }

  /** Throws ARTIFACT_INVALID, or MODEL_UNKNOWN for a member that this release does not have. */
  static load(artifact: ModelArtifact, strategyOf: StrategyOf): Ensemble {
    expectFormat(artifact, FORMAT, 1);
    const { params, task, names, classes, members } = artifact.manifest as {
      params: Readonly<Record<string, unknown>>;
      task: Task;
      names: readonly string[];
      classes: readonly string[];
      members: number;
    };
    if (!Array.isArray(names) || !Array.isArray(classes) || !(members >= 1)) {
      throw new LearnError('ARTIFACT_INVALID', 'The ensemble lacks its names, classes or members.');
    }
    const loaded = Array.from({ length: members }, (_, m) => Member.load(nested(artifact, `member${m}`), names.length));
    const combination = readCombination(artifact, members, names.length);
    return new Ensemble(params, task, strategyOf(params, task), { members: loaded, combination, names, classes });
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}
