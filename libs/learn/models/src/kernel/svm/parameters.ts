import { LearnError } from '@trainyard/data';
import type { ParameterSchema } from '../../model.js';

export interface SvmParams {
  readonly C: number;
  readonly kernel: 'linear' | 'rbf' | 'poly' | 'sigmoid';
  readonly degree: number;
  readonly gamma: number | null;
  readonly gamma_rule: 'scale' | 'auto';
  readonly coef0: number;
  readonly epsilon: number;
  readonly tol: number;
  readonly shrinking: boolean;
  readonly cache_size: number;
  readonly class_weight: 'balanced' | null;
  readonly max_iter: number;
  readonly probability: boolean;
  readonly break_ties: boolean;
  readonly approximation: 'none' | 'random_features';
  readonly n_components: number;
}

export const svmParameters: ParameterSchema = {
  C: {
    type: 'float',
    default: 1,
    min: 0,
    exclusiveMin: true,
    aliases: ['cost'],
    description: 'Price of an error: smaller values give a smoother function. A row has this times its weight.',
  },
  kernel: {
    type: 'enum',
    values: ['linear', 'rbf', 'poly', 'sigmoid'],
    default: 'rbf',
    description: 'Similarity of two rows: rbf is exp(-gamma distance^2).',
  },
  degree: { type: 'int', default: 3, min: 1, max: 64, description: 'Degree of the polynomial kernel.' },
  gamma: {
    type: 'float',
    default: null,
    nullable: true,
    min: 0,
    exclusiveMin: true,
    description: 'Scale of the rbf, poly and sigmoid kernels; null takes it from gamma_rule.',
  },
  gamma_rule: {
    type: 'enum',
    values: ['scale', 'auto'],
    default: 'scale',
    description: 'Without gamma: "scale" is 1 / (features * variance of all values), "auto" is 1 / features.',
  },
  coef0: { type: 'float', default: 0, description: 'Constant inside the poly and sigmoid kernels.' },
  epsilon: {
    type: 'float',
    default: 0.1,
    min: 0,
    description: 'Regression: errors up to this size cost nothing, in units of the target.',
  },
  tol: {
    type: 'float',
    default: 1e-3,
    min: 0,
    exclusiveMin: true,
    description: 'Stops when no pair of rows violates the optimality conditions by more than this.',
  },
  shrinking: {
    type: 'boolean',
    default: true,
    description:
      'Leaves rows at a bound out of the computation until the rest is solved. Where all kernel rows fit in the cache it changes nothing.',
  },
  cache_size: {
    type: 'float',
    default: 200,
    min: 1,
    max: 4000,
    description: 'Megabytes for kernel rows. A fit takes at least the rows of one working set.',
  },
  class_weight: {
    type: 'enum',
    values: ['balanced'],
    nullable: true,
    default: null,
    description: '"balanced" weighs each class by the inverse of its frequency; null weighs all rows alike.',
  },
  max_iter: {
    type: 'int',
    default: -1,
    min: -1,
    description: 'Most SMO steps of each binary problem; -1 is no limit.',
  },
  probability: {
    type: 'boolean',
    default: true,
    description:
      'Classification: calibrates probabilities by Platt scaling on a 5-fold cross-validation, which takes five more fits, and predicts the most probable class. When false the class is chosen by votes and the probabilities are only a softmax of votes and margins, not calibrated.',
  },
  break_ties: {
    type: 'boolean',
    default: false,
    description:
      'Without probability: whether margins decide between classes with equal votes; else the first one wins.',
  },
  approximation: {
    type: 'enum',
    values: ['none', 'random_features'],
    default: 'none',
    description:
      'random_features replaces the rbf kernel by n_components random cosines and fits logistic or ridge regression on them: linear time in the rows, less exact.',
  },
  n_components: {
    type: 'int',
    default: 1000,
    min: 1,
    max: 20_000,
    description: 'Random cosines of the approximation.',
  },
};

/** Throws PARAMETER_INVALID when parameters contradict each other. */
export function checkSvmParams({ approximation, kernel }: SvmParams): void {
  if (approximation === 'none' || kernel === 'rbf') return;
  throw new LearnError('PARAMETER_INVALID', `random_features approximate the rbf kernel, not the ${kernel} kernel.`, {
    field: 'params.approximation',
  });
}
