import type { CovarianceKind } from '@trainyard/kernels';
import type { ParameterSchema, SearchSpace } from '../../model.js';

/** Names follow scikit-learn's GaussianProcessRegressor and its kernels. */
export interface GaussianProcessParams {
  readonly kernel: CovarianceKind;
  readonly length_scale: number | null;
  readonly ard: boolean;
  readonly constant_value: number;
  readonly noise_level: number;
  readonly rq_alpha: number;
  readonly alpha: number;
  readonly normalize_y: boolean;
  readonly optimizer: 'lbfgs' | 'none';
  readonly n_restarts_optimizer: number;
  readonly max_iter: number;
  readonly tol: number;
  readonly method: 'auto' | 'exact' | 'sparse';
  readonly n_inducing: number;
}

/** `auto` is exact up to this many rows. */
export const MOST_EXACT_ROWS = 5000;

export const gaussianProcessParameters: ParameterSchema = {
  kernel: {
    type: 'enum',
    values: ['rbf', 'matern32', 'matern52', 'rational_quadratic'],
    default: 'rbf',
    description:
      'How alike the targets of two rows are, by their distance: from the smoothest, rbf, to the roughest, matern32.',
  },
  length_scale: {
    type: 'float',
    nullable: true,
    default: null,
    min: 0,
    exclusiveMin: true,
    description:
      'Distance over which targets are alike, where the search begins; null: the root of the number of features.',
  },
  ard: {
    type: 'boolean',
    default: false,
    description: 'Whether each feature has a length scale of its own (automatic relevance determination).',
  },
  constant_value: {
    type: 'float',
    default: 1,
    min: 0,
    exclusiveMin: true,
    description: 'Prior variance of the function, where the search begins.',
  },
  noise_level: {
    type: 'float',
    default: 0.1,
    min: 0,
    description: 'Regression: variance of the noise, where the search begins; 0: no noise, and none is searched for.',
  },
  rq_alpha: {
    type: 'float',
    default: 1,
    min: 0,
    exclusiveMin: true,
    description: 'Mixture of length scales of rational_quadratic, where the search begins. Other kernels ignore it.',
  },
  alpha: {
    type: 'float',
    default: 1e-10,
    min: 0,
    description:
      'Regression: added to the variances of the training rows; raise it when the covariance is not positive definite.',
  },
  normalize_y: {
    type: 'boolean',
    default: true,
    description: 'Regression: whether the target is brought to mean 0 and variance 1 first (the prior mean is 0).',
  },
  optimizer: {
    type: 'enum',
    values: ['lbfgs', 'none'],
    default: 'lbfgs',
    description: 'How the kernel is chosen: lbfgs maximises the log marginal likelihood; none takes it as given.',
  },
  n_restarts_optimizer: {
    type: 'int',
    default: 0,
    min: 0,
    max: 100,
    description: 'How often the search begins again at a random kernel.',
  },
  max_iter: { type: 'int', default: 50, min: 1, description: 'Most L-BFGS iterations of each start.' },
  tol: {
    type: 'float',
    default: 1e-5,
    min: 0,
    description: 'Stops when no entry of the gradient of the log marginal likelihood per row is larger than this.',
  },
  method: {
    type: 'enum',
    values: ['auto', 'exact', 'sparse'],
    default: 'auto',
    description:
      'exact: all rows, memory grows with their square and time with their cube. sparse (regression): variational inducing points, the kernel is found on as many random rows. auto: exact up to 5,000 rows, then sparse; the saved model says which.',
  },
  n_inducing: {
    type: 'int',
    default: 500,
    min: 1,
    max: 5000,
    description: 'Inducing points of method sparse: random training rows.',
  },
};

export const gaussianProcessSpace: SearchSpace = {
  kernel: { type: 'categorical', choices: ['rbf', 'matern32', 'matern52', 'rational_quadratic'] },
};
