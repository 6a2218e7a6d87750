import { type Dataset, LearnError, type Matrix, type Task } from '@trainyard/data';
import type { ModelArtifact } from '../../artifact.js';
import { expectFormat } from '../../artifact-fields.js';
import { checkColumns, checkDataset, checkFiniteMatrix } from '../../check-input.js';
import { defineModel } from '../../definition.js';
import { FitLoop } from '../../fit-loop.js';
import type { FitOptions, Model, Predictions, TrainingMetrics, Uncertainty } from '../../model.js';
import { normalQuantile } from '../../normal-distribution.js';
import { predictionLoss } from '../../prediction-loss.js';
import { classPredictions } from './class-predictions.js';
import { fitClassification } from './classification.js';
import type { Hyperparameters } from './hyperparameters.js';
import { type GaussianProcessParams, gaussianProcessParameters, gaussianProcessSpace } from './parameters.js';
import { Posterior } from './posterior.js';
import { GaussianProcessRegressionRun } from './regression.js';

interface Fitted {
  readonly names: readonly string[];
  /** None in regression. */
  readonly classes: readonly string[];
  readonly posteriors: readonly Posterior[];
  readonly offset: number;
  readonly spread: number;
  readonly method: 'exact' | 'sparse';
  readonly logMarginalLikelihoods: readonly number[];
}

const FORMAT = 'trainyard.gaussian-process';

/**
 * Gaussian processes (Rasmussen and Williams 2006): exact or sparse regression, and classification by the Laplace approximation,
 * one class against the rest. The kernel maximises the log marginal likelihood. A row of weight k counts as k equal rows. Wants
 * finite, scaled features. Regression reports each step of the search; classification is one reported iteration.
 */
class GaussianProcess implements Model {
  readonly predictUncertainty?: (x: Matrix, level?: number) => Uncertainty;

  constructor(
    private readonly params: GaussianProcessParams,
    private readonly task: Task,
    private fitted?: Fitted,
  ) {
    if (task === 'regression') this.predictUncertainty = (x, level = 0.9) => this.uncertainty(x, level);
  }

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    checkDataset(train);
    checkFiniteMatrix(train.x);
    if (options.initial) {
      throw new LearnError('OPTION_UNSUPPORTED', 'A Gaussian process has no warm start: fit without an initial model.');
    }
    const metrics = await (this.task === 'regression' ? this.regress(train, options) : this.classify(train, options));
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    const { posteriors, offset, spread, classes } = this.check(x);
    if (classes.length === 0) return { values: posteriors[0]!.mean(x).map((mean) => offset + spread * mean) };
    return classPredictions(
      posteriors.map((posterior) => posterior.latent(x)),
      classes.length,
    );
  }

  save(): ModelArtifact {
    const { names, classes, posteriors, offset, spread, method, logMarginalLikelihoods } = this.mustBeFitted();
    const parts = posteriors.map((posterior, c) => posterior.save(`${c}`));
    const manifest = {
      ...{ params: this.params, task: this.task, names, classes, offset, spread, method, logMarginalLikelihoods },
      kernels: parts.map((part) => part.manifest),
    };
    const arrays = Object.assign({ points: posteriors[0]!.parts.points }, ...parts.map((part) => part.arrays));
    return { format: FORMAT, version: 1, manifest, arrays };
  }

  static load(artifact: ModelArtifact): GaussianProcess {
    expectFormat(artifact, FORMAT, 1);
    const { params, task, kernels, ...rest } = artifact.manifest as unknown as Omit<Fitted, 'posteriors'> & {
      params: GaussianProcessParams;
      task: Task;
      kernels: Pick<Hyperparameters, 'covariance' | 'noise'>[];
    };
    const count = rest.classes.length > 2 ? rest.classes.length : 1;
    if (!Array.isArray(kernels) || kernels.length !== count) {
      throw new LearnError('ARTIFACT_INVALID', `"${FORMAT}" needs ${count} kernels.`);
    }
    const posteriors = kernels.map((kernel, c) => Posterior.read(artifact, kernel, rest.names.length, `${c}`));
    return new GaussianProcess(params, task, { ...rest, posteriors });
  }

  private uncertainty(x: Matrix, level: number): Uncertainty {
    const { posteriors, offset, spread } = this.check(x);
    const { noise } = posteriors[0]!.parts.hyperparameters;
    const latent = posteriors[0]!.latent(x);
    const mean = latent.mean.map((value) => offset + spread * value);
    const variance = latent.variance.map((value) => (value + noise) * spread * spread);
    const width = normalQuantile(0.5 + level / 2);
    const lower = mean.map((value, i) => value - width * Math.sqrt(variance[i]!));
    const upper = mean.map((value, i) => value + width * Math.sqrt(variance[i]!));
    return { kind: 'total', level, mean, variance, lower, upper };
  }

  private async regress(train: Dataset, options: FitOptions): Promise<Omit<TrainingMetrics, 'seconds'>> {
    const { fit, metrics } = await new GaussianProcessRegressionRun(train, this.params, options).run();
    const { posterior, logMarginalLikelihood, ...rest } = fit;
    const logMarginalLikelihoods = [logMarginalLikelihood];
    this.fitted = { names: train.x.names, classes: [], posteriors: [posterior], logMarginalLikelihoods, ...rest };
    return metrics;
  }

  private async classify(train: Dataset, options: FitOptions): Promise<Omit<TrainingMetrics, 'seconds'>> {
    const loop = new FitLoop(options, 1);
    const { trainLoss, ...fit } = await fitClassification(train, this.params, options, loop.breathe);
    this.fitted = {
      ...{ ...fit, names: train.x.names, classes: train.classes!, offset: 0, spread: 1 },
      method: 'exact',
    };
    const losses = {
      trainLoss,
      ...(options.validation
        ? { validationLoss: predictionLoss(this.predict(options.validation.x), options.validation) }
        : {}),
    };
    await loop.after(1, losses, () => this.save());
    return { ...losses, bestIteration: 1, iterations: 1, earlyStopped: false };
  }

  private check(x: Matrix): Fitted {
    const fitted = this.mustBeFitted();
    checkColumns(x, fitted.names.length);
    checkFiniteMatrix(x);
    return fitted;
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

export const gaussianProcess = defineModel<GaussianProcessParams>({
  name: 'gaussian_process',
  family: 'kernel',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  onRequest: true,
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  params: gaussianProcessParameters,
  space: gaussianProcessSpace,
  create: (params, task) => new GaussianProcess(params, task),
  load: GaussianProcess.load,
});
