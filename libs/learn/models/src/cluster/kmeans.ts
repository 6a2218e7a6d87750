import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { defineModel } from '../definition.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { type Centroids, NearestCentroid } from './centroids.js';
import { type KMeansParams, LloydRun } from './lloyd.js';
import { type MiniBatchParams, MiniBatchRun } from './mini-batch.js';

const FORMAT = 'trainyard.kmeans';

/** One fit of centres, from nothing or from earlier ones. */
interface CentroidRun {
  finish(): Promise<{ centroids: Centroids; metrics: Omit<TrainingMetrics, 'seconds'> }>;
}

type Start<Params> = (train: Dataset, params: Params, options: FitOptions, initial?: Centroids) => CentroidRun;

/**
 * Rows grouped around centres so that their squared distances to them are least; `values` are cluster numbers. Both k-means and its
 * mini-batch form end as such centres and read each other's artifacts, as saved models and as `FitOptions.initial`.
 */
class CentroidModel<Params extends { readonly n_clusters: number }> implements Model {
  private nearest: NearestCentroid | undefined;

  constructor(
    private readonly params: Params,
    private readonly start: Start<Params>,
    private centroids?: Centroids,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    const initial = options.initial && this.readInitial(options.initial, train.x);
    const { centroids, metrics } = await this.start(train, this.params, options, initial).finish();
    this.centroids = centroids;
    this.nearest = undefined;
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    this.nearest ??= new NearestCentroid(this.mustBeFitted());
    return { values: this.nearest.label(x) };
  }

  save(): ModelArtifact {
    const { names, centres, weights, means } = this.mustBeFitted();
    return {
      format: FORMAT,
      version: 1,
      manifest: { params: this.params, names },
      arrays: { centres, weights, means },
    };
  }

  static load<Params extends { readonly n_clusters: number }>(
    artifact: ModelArtifact,
    start: Start<Params>,
  ): CentroidModel<Params> {
    return new CentroidModel(artifact.manifest.params as Params, start, readCentroids(artifact));
  }

  private readInitial(artifact: ModelArtifact, x: Matrix): Centroids {
    const initial = readCentroids(artifact);
    if (initial.names.length === x.cols && initial.weights.length === this.params.n_clusters) return initial;
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      `The model to continue has ${initial.weights.length} clusters of ${initial.names.length} features, and this fit ${this.params.n_clusters} of ${x.cols}: they must agree.`,
    );
  }

  private mustBeFitted(): Centroids {
    if (this.centroids === undefined) throw new Error('the model is not fitted: call fit first');
    return this.centroids;
  }
}

function readCentroids(artifact: ModelArtifact): Centroids {
  expectFormat(artifact, FORMAT, 1);
  const { names } = artifact.manifest as { names: string[] };
  const weights = arrayOf(artifact, 'weights', Float64Array);
  const centres = arrayOf(artifact, 'centres', Float64Array, weights.length * names.length);
  const means = arrayOf(artifact, 'means', Float64Array, names.length);
  if (weights.length > 0 && centres.every(Number.isFinite) && means.every(Number.isFinite)) {
    return { names, centres, weights, means };
  }
  throw new LearnError('ARTIFACT_INVALID', `"${FORMAT}" needs one centre or more, all of finite numbers.`);
}

const startLloyd: Start<KMeansParams> = (...args) => new LloydRun(...(args as ConstructorParameters<typeof LloydRun>));
const startMiniBatch: Start<MiniBatchParams> = (...args) =>
  new MiniBatchRun(...(args as ConstructorParameters<typeof MiniBatchRun>));

const nClusters = {
  type: 'int',
  default: 8,
  min: 1,
  description: 'How many clusters to form.',
  aliases: ['k'],
} as const;
const init = {
  type: 'enum',
  values: ['k-means++', 'random'],
  default: 'k-means++',
  description: 'k-means++ spreads the first centres out (greedy, as in scikit-learn); random takes rows at random.',
} as const;

export const kmeans = defineModel<KMeansParams>({
  name: 'kmeans',
  family: 'cluster',
  input: '2d',
  tasks: ['clustering'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  params: {
    n_clusters: nClusters,
    init,
    n_init: {
      type: 'int',
      default: null,
      nullable: true,
      min: 1,
      description: 'Starts, of which the best is kept; null: 1 for k-means++ and 10 for random.',
    },
    max_iter: { type: 'int', default: 300, min: 1, description: 'Most iterations of one start.' },
    tol: {
      type: 'float',
      default: 1e-4,
      min: 0,
      description:
        'Stops when the squared moves of all centres sum to less than this times the mean variance of the features.',
    },
    algorithm: {
      type: 'enum',
      values: ['lloyd', 'elkan'],
      default: 'lloyd',
      description:
        "Both give the same clusters; distances that Elkan's bounds rule out are never computed with either.",
    },
  },
  space: { n_clusters: { type: 'int', low: 2, high: 20 } },
  create: (params) => new CentroidModel(params, startLloyd),
  load: (artifact) => CentroidModel.load(artifact, startLloyd),
});

export const miniBatchKMeans = defineModel<MiniBatchParams>({
  name: 'minibatch_kmeans',
  family: 'cluster',
  input: '2d',
  tasks: ['clustering'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  params: {
    n_clusters: nClusters,
    init,
    n_init: {
      type: 'int',
      default: null,
      nullable: true,
      min: 1,
      description: 'Seedings tried, of which the best starts; null: 1 for k-means++ and 3 for random.',
    },
    max_iter: { type: 'int', default: 100, min: 1, description: 'Most passes over as many rows as there are.' },
    batch_size: { type: 'int', default: 1024, min: 1, description: 'Rows drawn for each step.' },
    tol: {
      type: 'float',
      default: 0,
      min: 0,
      description:
        'Stops when the squared moves of all centres sum to less than this times the mean variance of the features; 0: never.',
    },
    max_no_improvement: {
      type: 'int',
      default: 10,
      nullable: true,
      min: 1,
      description: 'Stops after so many steps without a better smoothed inertia; null: never.',
    },
    reassignment_ratio: {
      type: 'float',
      default: 0.01,
      min: 0,
      max: 1,
      description: 'Centres with less than this share of the largest count start anew at a row of the batch.',
    },
  },
  space: { n_clusters: { type: 'int', low: 2, high: 20 } },
  create: (params) => new CentroidModel(params, startMiniBatch),
  load: (artifact) => CentroidModel.load(artifact, startMiniBatch),
});
