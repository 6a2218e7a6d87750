import { LearnError, type Task } from '@trainyard/data';
import type { ParameterSchema, SearchSpace } from '../model.js';

export const CLASSIFICATION_LOSSES = ['hinge', 'log_loss', 'modified_huber', 'squared_hinge', 'perceptron'] as const;
export const REGRESSION_LOSSES = [
  ...['squared_error', 'huber', 'epsilon_insensitive', 'squared_epsilon_insensitive'],
] as readonly ('squared_error' | 'huber' | 'epsilon_insensitive' | 'squared_epsilon_insensitive')[];
export type SgdLossName = (typeof CLASSIFICATION_LOSSES)[number] | (typeof REGRESSION_LOSSES)[number];

type Schedule = 'optimal' | 'constant' | 'invscaling' | 'adaptive';

/** As users give them: `auto` stands for the default of the task. */
export interface SgdParams {
  readonly loss: SgdLossName | 'auto';
  readonly penalty: 'l2' | 'l1' | 'elasticnet' | 'none';
  readonly alpha: number;
  readonly l1_ratio: number;
  readonly fit_intercept: boolean;
  readonly max_iter: number;
  readonly tol: number | null;
  readonly n_iter_no_change: number;
  readonly shuffle: boolean;
  readonly epsilon: number;
  readonly learning_rate: Schedule | 'auto';
  readonly eta0: number;
  readonly power_t: number | null;
  readonly average: boolean;
  readonly class_weight: 'balanced' | null;
}

/** What `auto` has become, and the share of L1 by penalty. */
export interface SgdRules {
  readonly loss: SgdLossName;
  readonly schedule: Schedule;
  readonly powerT: number;
  /** 0 where there is no penalty. */
  readonly alpha: number;
  readonly l1Ratio: number;
  /** `alpha` as given: the optimal schedule depends on it with any penalty. */
  readonly scheduleAlpha: number;
}

/** Throws PARAMETER_INVALID when the loss belongs to the other kind of task. */
export function sgdRules(params: SgdParams, task: Task): SgdRules {
  const regression = task === 'regression';
  const fitting: readonly SgdLossName[] = regression ? REGRESSION_LOSSES : CLASSIFICATION_LOSSES;
  const loss = params.loss === 'auto' ? (regression ? 'squared_error' : 'log_loss') : params.loss;
  if (!fitting.includes(loss)) {
    throw new LearnError(
      'PARAMETER_INVALID',
      `params.loss is "${loss}", but for ${task} it must be one of ${fitting.join(', ')}.`,
      { field: 'params.loss' },
    );
  }
  return {
    loss,
    schedule: params.learning_rate === 'auto' ? (regression ? 'invscaling' : 'optimal') : params.learning_rate,
    powerT: params.power_t ?? (regression ? 0.25 : 0.5),
    alpha: params.penalty === 'none' ? 0 : params.alpha,
    l1Ratio: { l2: 0, l1: 1, elasticnet: params.l1_ratio, none: 0 }[params.penalty],
    scheduleAlpha: params.alpha,
  };
}

/** Names, meanings and defaults of scikit-learn's SGDClassifier and SGDRegressor, but for the loss. */
export const sgdParameters: ParameterSchema = {
  loss: {
    type: 'enum',
    values: ['auto', ...CLASSIFICATION_LOSSES, ...REGRESSION_LOSSES],
    default: 'auto',
    description:
      'auto: log_loss for classification (so that there are probabilities; scikit-learn takes hinge), squared_error for regression. hinge, squared_hinge and perceptron know no probabilities: the predicted class gets 1.',
    aliases: ['objective'],
  },
  penalty: {
    type: 'enum',
    values: ['l2', 'l1', 'elasticnet', 'none'],
    default: 'l2',
    description: 'What keeps coefficients small. l1 and elasticnet set the coefficients of useless features to 0.',
  },
  alpha: {
    type: 'float',
    default: 1e-4,
    min: 0,
    exclusiveMin: true,
    description: 'Strength of the penalty; the learning rate "optimal" depends on it too.',
  },
  l1_ratio: {
    type: 'float',
    default: 0.15,
    min: 0,
    max: 1,
    description: 'With penalty elasticnet: the share of L1, the rest is L2. Other penalties ignore it.',
  },
  fit_intercept: { type: 'boolean', default: true, description: 'Whether there is a constant term.' },
  max_iter: {
    type: 'int',
    default: 1000,
    min: 1,
    description: 'Most passes over the training rows.',
    aliases: ['epochs'],
  },
  tol: {
    type: 'float',
    nullable: true,
    default: 1e-3,
    min: 0,
    description:
      'Stops when the penalised mean loss gets no better than this for n_iter_no_change passes; null never does.',
  },
  n_iter_no_change: {
    type: 'int',
    default: 5,
    min: 1,
    description: 'Passes without improvement before stopping, or before "adaptive" divides the learning rate by 5.',
  },
  shuffle: { type: 'boolean', default: true, description: 'Whether each pass visits the rows in a new random order.' },
  epsilon: {
    type: 'float',
    default: 0.1,
    min: 0,
    description: 'Errors smaller than this cost nothing (epsilon_insensitive) or their square (huber).',
  },
  learning_rate: {
    type: 'enum',
    values: ['auto', 'optimal', 'constant', 'invscaling', 'adaptive'],
    default: 'auto',
    description:
      'Step size. optimal: 1 / (alpha (t + t0)); constant: eta0; invscaling: eta0 / t^power_t; adaptive: eta0, divided by 5 when there is no improvement. auto: optimal for classification, invscaling for regression.',
  },
  eta0: {
    type: 'float',
    default: 0.01,
    min: 0,
    exclusiveMin: true,
    description: 'First step size of all but optimal.',
  },
  power_t: {
    type: 'float',
    nullable: true,
    default: null,
    min: 0,
    description: 'Exponent of invscaling; null: 0.5 for classification, 0.25 for regression.',
  },
  average: {
    type: 'boolean',
    default: false,
    description: 'Whether the model is the mean of the coefficients after all steps (Polyak and Juditsky 1992).',
  },
  class_weight: {
    type: 'enum',
    values: ['balanced'],
    nullable: true,
    default: null,
    description: '"balanced" weighs each class by the inverse of its frequency; null weighs all rows alike.',
  },
};

export const sgdSpace: SearchSpace = {
  alpha: { type: 'float', low: 1e-6, high: 1e-1, log: true },
  penalty: { type: 'categorical', choices: ['l2', 'l1', 'elasticnet'] },
};
