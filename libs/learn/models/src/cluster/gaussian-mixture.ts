import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkColumns, checkFiniteMatrix } from '../check-input.js';
import { defineModel } from '../definition.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { rowsPerStep } from './maximise.js';
import { type Densities, densitiesOf, expect, type Mixture, parameterCount } from './mixture.js';
import { gaussianEngine, type MixtureParams, MixtureRun } from './mixture-run.js';

const FORMAT = 'trainyard.gaussian-mixture';

interface Fitted {
  readonly names: readonly string[];
  readonly mixture: Mixture;
  /** Mean log likelihood of the training rows, and BIC and AIC by it: less is better. */
  readonly criteria: { readonly logLikelihood: number; readonly bic: number; readonly aic: number };
}

/**
 * A mixture of normal distributions. `values` are the likeliest components, `probabilities` how likely each is, and
 * `logLikelihood` how usual a row is at all: low ones are anomalies.
 */
export class GaussianMixture implements Model {
  private densities: Densities | undefined;

  constructor(
    private readonly params: MixtureParams,
    private fitted?: Fitted,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    const initial = options.initial && this.readInitial(options.initial, train.x);
    const run = new MixtureRun(train, this.params, options, initial);
    const { mixture, metrics } = await run.finish();
    const logLikelihood = -metrics.trainLoss;
    const free = parameterCount(mixture);
    const twice = -2 * logLikelihood * run.weight;
    const criteria = { logLikelihood, bic: twice + free * Math.log(run.weight), aic: twice + 2 * free };
    this.fitted = { names: train.x.names, mixture, criteria };
    this.densities = undefined;
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  /** Of the fit: compare them between numbers of components and kinds of covariance. */
  get criteria(): Fitted['criteria'] {
    return this.mustBeFitted().criteria;
  }

  predict(x: Matrix): Predictions {
    const { names, mixture } = this.mustBeFitted();
    checkColumns(x, names.length);
    checkFiniteMatrix(x);
    this.densities ??= densitiesOf(mixture);
    const k = mixture.weights.length;
    const values = new Float64Array(x.rows);
    const probabilities = new Float64Array(x.rows * k);
    const logLikelihood = new Float64Array(x.rows);
    const engine = gaussianEngine(x);
    const step = rowsPerStep(x.cols, mixture.type);
    for (let from = 0; from < x.rows; from += step) {
      const to = Math.min(x.rows, from + step);
      logLikelihood.set(
        expect(engine, mixture, this.densities, from, to, probabilities.subarray(from * k, to * k)),
        from,
      );
    }
    engine.close();
    for (let i = 0; i < x.rows; i++) {
      let own = 0;
      for (let c = 1; c < k; c++) if (probabilities[i * k + c]! > probabilities[i * k + own]!) own = c;
      values[i] = own;
    }
    return { values, probabilities, classes: k, logLikelihood };
  }

  save(): ModelArtifact {
    const { names, mixture, criteria } = this.mustBeFitted();
    const { weights, means, covariances } = mixture;
    const numbers = Float64Array.of(criteria.logLikelihood, criteria.bic, criteria.aic);
    return {
      format: FORMAT,
      version: 1,
      manifest: { params: this.params, names },
      arrays: { weights, means, covariances, criteria: numbers },
    };
  }

  static load(artifact: ModelArtifact): GaussianMixture {
    return new GaussianMixture(artifact.manifest.params as MixtureParams, read(artifact));
  }

  private readInitial(artifact: ModelArtifact, x: Matrix): Mixture {
    const { mixture, names } = read(artifact);
    const { n_components, covariance_type } = this.params;
    if (names.length === x.cols && mixture.weights.length === n_components && mixture.type === covariance_type) {
      return mixture;
    }
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      `The model to continue has ${mixture.weights.length} ${mixture.type} components over ${names.length} features, and this fit ${n_components} ${covariance_type} ones over ${x.cols}: they must agree.`,
    );
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

function read(artifact: ModelArtifact): Fitted {
  expectFormat(artifact, FORMAT, 1);
  const { names, params } = artifact.manifest as unknown as { names: string[]; params: MixtureParams };
  const type = params.covariance_type;
  const f = names.length;
  const weights = arrayOf(artifact, 'weights', Float64Array);
  const k = weights.length;
  const size = { full: k * f * f, tied: f * f, diag: k * f, spherical: k }[type];
  const means = arrayOf(artifact, 'means', Float64Array, k * f);
  const covariances = arrayOf(artifact, 'covariances', Float64Array, size);
  if (k === 0 || ![weights, means, covariances].every((array) => array.every(Number.isFinite))) {
    throw new LearnError('ARTIFACT_INVALID', `"${FORMAT}" needs one component or more, all of finite numbers.`);
  }
  const [logLikelihood, bic, aic] = arrayOf(artifact, 'criteria', Float64Array, 3);
  const criteria = { logLikelihood: logLikelihood!, bic: bic!, aic: aic! };
  return { names, mixture: { type, weights, means, covariances }, criteria };
}

export const gaussianMixture = defineModel<MixtureParams>({
  name: 'gaussian_mixture',
  family: 'cluster',
  input: '2d',
  tasks: ['clustering'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  params: {
    n_components: {
      type: 'int',
      default: 1,
      min: 1,
      description: 'How many normal distributions are mixed.',
      aliases: ['n_clusters', 'k'],
    },
    covariance_type: {
      type: 'enum',
      values: ['full', 'tied', 'diag', 'spherical'],
      default: 'full',
      description:
        'full: each component has its own covariance; tied: all share one; diag: variances alone; spherical: one variance each.',
    },
    tol: { type: 'float', default: 1e-3, min: 0, description: 'Stops when the mean log likelihood changes by less.' },
    reg_covar: {
      type: 'float',
      default: 1e-6,
      min: 0,
      description: 'Added to all variances, which keeps them above 0.',
    },
    max_iter: { type: 'int', default: 100, min: 1, description: 'Most iterations of one start.' },
    n_init: { type: 'int', default: 1, min: 1, description: 'Starts, of which the likeliest mixture is kept.' },
    init_params: {
      type: 'enum',
      values: ['kmeans', 'random'],
      default: 'kmeans',
      description: 'kmeans starts from its clusters; random from random shares of each row.',
    },
  },
  space: {
    n_components: { type: 'int', low: 2, high: 20 },
    covariance_type: { type: 'categorical', choices: ['full', 'tied', 'diag', 'spherical'] },
  },
  create: (params) => new GaussianMixture(params),
  load: GaussianMixture.load,
});
