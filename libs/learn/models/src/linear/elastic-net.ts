import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { expectFormat } from '../artifact-fields.js';
import { checkDataset, checkFiniteMatrix } from '../check-input.js';
import { defineModel } from '../definition.js';
import type { FeatureImportance, FitOptions, Model, ModelDefinition, Predictions, TrainingMetrics } from '../model.js';
import { type ElasticNetParams, ElasticNetRun } from './elastic-net-run.js';
import { FittedLine } from './fitted-line.js';
import { LEAST_SQUARES_FORMAT } from './least-squares.js';

/**
 * Linear regression with L1 and L2 penalties: minimises
 * `sum_i w_i (y_i - b - w . x_i)^2 / (2 sum_i w_i) + alpha (l1_ratio ||w||_1 + (1 - l1_ratio) ||w||^2 / 2)` by coordinate descent
 * until the duality gap is at most `tol` times the target's sum of squares, as scikit-learn's `ElasticNet` does. Wants finite,
 * scaled features. One thread descends; the products before it use all.
 */
class ElasticNet implements Model {
  constructor(
    private readonly params: ElasticNetParams,
    private fitted?: FittedLine,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    checkDataset(train);
    checkFiniteMatrix(train.x);
    const start = options.initial && startFrom(options.initial, train);
    const { line, metrics } = await ElasticNetRun.run(train, this.params, options, start);
    this.fitted = line;
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    return this.mustBeFitted().predict(x);
  }

  importance(): FeatureImportance {
    return this.mustBeFitted().importance();
  }

  save(): ModelArtifact {
    const line = this.mustBeFitted();
    const manifest = { params: this.params, names: line.names };
    return { format: LEAST_SQUARES_FORMAT, version: 1, manifest, arrays: { ...line.arrays() } };
  }

  static load(artifact: ModelArtifact): ElasticNet {
    expectFormat(artifact, LEAST_SQUARES_FORMAT, 1);
    return new ElasticNet(artifact.manifest.params as ElasticNetParams, FittedLine.read(artifact));
  }

  private mustBeFitted(): FittedLine {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

/** The coefficients of an earlier linear regression on the same columns. Throws OPTION_UNSUPPORTED when they differ. */
function startFrom(initial: ModelArtifact, { x }: Dataset): Float64Array {
  expectFormat(initial, LEAST_SQUARES_FORMAT, 1);
  const { names, coefficients } = FittedLine.read(initial);
  if (names.join('\n') !== x.names.join('\n')) {
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      'The initial model was fitted on other columns: a warm start needs the same.',
    );
  }
  return coefficients.slice(0, names.length);
}

const shared = {
  family: 'linear',
  input: '2d',
  tasks: ['regression'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  load: ElasticNet.load,
} as const satisfies Partial<ModelDefinition>;

const params = {
  alpha: { type: 'float', default: 1, min: 0, description: 'Strength of the penalty on the coefficients.' },
  fit_intercept: { type: 'boolean', default: true, description: 'Whether there is a constant term.' },
  max_iter: {
    type: 'int',
    default: 1000,
    min: 1,
    description: 'Most iterations: a pass over all coefficients and up to ten over those that are not 0.',
  },
  tol: {
    type: 'float',
    default: 1e-4,
    min: 0,
    description: "Stops when the duality gap is at most this times the target's sum of squares.",
  },
  positive: { type: 'boolean', default: false, description: 'Whether coefficients must not be negative.' },
  selection: {
    type: 'enum',
    values: ['cyclic', 'random'],
    default: 'cyclic',
    description: 'The order in which coefficients are visited.',
  },
} as const;

const space = { alpha: { type: 'float', low: 1e-5, high: 10, log: true } } as const;

/** Least squares with an L1 penalty (Tibshirani 1996): coefficients of useless features become 0. */
export const lasso = defineModel<Omit<ElasticNetParams, 'l1_ratio'>>({
  ...shared,
  name: 'lasso',
  params,
  space,
  create: (given) => new ElasticNet({ ...given, l1_ratio: 1 }),
});

/** Least squares with L1 and L2 penalties (Zou and Hastie 2005): keeps groups of related features together. */
export const elasticNet = defineModel<ElasticNetParams>({
  ...shared,
  name: 'elastic_net',
  params: {
    ...params,
    l1_ratio: {
      type: 'float',
      default: 0.5,
      min: 0,
      max: 1,
      description: 'Share of L1 in the penalty; the rest is L2.',
    },
  },
  space: { ...space, l1_ratio: { type: 'float', low: 0.05, high: 1 } },
  create: (given) => new ElasticNet(given),
});
