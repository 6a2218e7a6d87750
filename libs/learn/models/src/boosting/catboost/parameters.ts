import type { ParameterSchema, SearchSpace } from '../../model.js';
import { MONOTONE_CONSTRAINTS } from '../growth/monotone.js';

export interface CatBoostParams {
  readonly loss_function:
    | 'RMSE'
    | 'MAE'
    | 'Quantile'
    | 'Huber'
    | 'Poisson'
    | 'Tweedie'
    | 'Logloss'
    | 'MultiClass'
    | null;
  readonly alpha: number;
  readonly delta: number;
  readonly variance_power: number;
  readonly iterations: number;
  readonly learning_rate: number | null;
  readonly depth: number;
  readonly l2_leaf_reg: number;
  readonly border_count: number;
  readonly random_strength: number;
  readonly bootstrap_type: 'Bayesian' | 'Bernoulli' | 'MVS' | 'No' | null;
  readonly bagging_temperature: number;
  readonly subsample: number | null;
  readonly mvs_reg: number | null;
  readonly score_function: 'Cosine' | 'L2';
  readonly leaf_estimation_method: 'Newton' | 'Gradient' | 'Exact' | null;
  readonly leaf_estimation_iterations: number | null;
  readonly rsm: number;
  readonly boosting_type: 'Plain' | 'Ordered';
  readonly boost_from_average: boolean | null;
  readonly one_hot_max_size: number;
  readonly ctr_border_count: number;
  readonly permutation_count: number;
  readonly nan_mode: 'Min' | 'Max';
  readonly auto_class_weights: 'Balanced' | 'SqrtBalanced' | null;
  readonly class_weights: readonly number[] | null;
  readonly scale_pos_weight: number;
  readonly monotone_constraints: readonly number[];
}

/** CatBoost's names, aliases and defaults (those of CatBoost 1.2.10 on CPU). */
export const CATBOOST_PARAMETERS = {
  loss_function: {
    type: 'enum',
    values: ['RMSE', 'MAE', 'Quantile', 'Huber', 'Poisson', 'Tweedie', 'Logloss', 'MultiClass'],
    nullable: true,
    default: null,
    aliases: ['objective'],
    description: 'What is minimised; null takes RMSE, Logloss or MultiClass by the task.',
  },
  alpha: { type: 'float', default: 0.5, min: 0, max: 1, description: 'The quantile of the Quantile loss.' },
  delta: {
    type: 'float',
    default: 1,
    min: 0,
    exclusiveMin: true,
    description: 'Where the Huber loss turns from a square into a line.',
  },
  variance_power: {
    type: 'float',
    default: 1.5,
    min: 1.01,
    max: 1.99,
    description: 'Variance power of the Tweedie loss.',
  },
  iterations: {
    type: 'int',
    default: 1000,
    min: 1,
    aliases: ['n_estimators', 'num_boost_round', 'num_trees'],
    description: 'Most trees; CatBoost grows one tree a round for any number of classes.',
  },
  learning_rate: {
    type: 'float',
    default: null,
    nullable: true,
    min: 0,
    exclusiveMin: true,
    aliases: ['eta'],
    description:
      'Factor on every leaf value; null chooses by rows and iterations as CatBoost does (0.03 for losses other than RMSE, Logloss and MultiClass).',
  },
  depth: { type: 'int', default: 6, min: 1, max: 16, aliases: ['max_depth'], description: 'Levels of every tree.' },
  l2_leaf_reg: {
    type: 'float',
    default: 3,
    min: 0,
    aliases: ['reg_lambda'],
    description: 'L2 penalty on leaf values.',
  },
  border_count: {
    type: 'int',
    default: 254,
    min: 1,
    max: 254,
    aliases: ['max_bin'],
    description: 'Most borders (split points) of a numeric feature.',
  },
  random_strength: {
    type: 'float',
    default: 1,
    min: 0,
    description: 'Noise on split scores, in deviations of the gradients; it fades as the model grows.',
  },
  bootstrap_type: {
    type: 'enum',
    values: ['Bayesian', 'Bernoulli', 'MVS', 'No'],
    nullable: true,
    default: null,
    description: 'How rows are weighed anew for each tree; null takes Bayesian for MultiClass and MVS otherwise.',
  },
  bagging_temperature: {
    type: 'float',
    default: 1,
    min: 0,
    description: 'Power of the exponential weights of the Bayesian bootstrap; 0 weighs all rows alike.',
  },
  subsample: {
    type: 'float',
    default: null,
    nullable: true,
    min: 0,
    exclusiveMin: true,
    max: 1,
    aliases: ['bagging_fraction'],
    description: 'Share of rows of MVS and Bernoulli; null takes 0.8, and 1 under 100 rows.',
  },
  mvs_reg: {
    type: 'float',
    default: null,
    nullable: true,
    min: 0,
    description: 'Regulariser of MVS; null takes the squared mean gradient.',
  },
  score_function: {
    type: 'enum',
    values: ['Cosine', 'L2'],
    default: 'Cosine',
    description: 'How splits are compared: by the cosine between gradients and leaf values, or by the gain.',
  },
  leaf_estimation_method: {
    type: 'enum',
    values: ['Newton', 'Gradient', 'Exact'],
    nullable: true,
    default: null,
    description:
      'How leaf values are found; null takes Exact (the quantile of the residuals) for MAE and Quantile, else Newton.',
  },
  leaf_estimation_iterations: {
    type: 'int',
    nullable: true,
    default: null,
    min: 1,
    max: 100,
    description:
      'Steps of Newton or Gradient in each tree; a step that worsens the loss is halved. null takes as many as CatBoost: for Logloss 10 of Newton or 40 of Gradient, for Poisson 10 of Newton, for MultiClass 10 of Gradient, but 1 for under 200 iterations on under 20 columns, and 1 otherwise.',
  },
  rsm: {
    type: 'float',
    default: 1,
    min: 0,
    exclusiveMin: true,
    max: 1,
    aliases: ['colsample_bylevel', 'feature_fraction'],
    description: 'Share of features that each level may use.',
  },
  boosting_type: {
    type: 'enum',
    values: ['Plain', 'Ordered'],
    default: 'Plain',
    description:
      'Ordered takes the gradient of each row from models of the rows before it in a random order (the scores of splits are those of Plain on these gradients): several times slower.',
  },
  boost_from_average: {
    type: 'boolean',
    nullable: true,
    default: null,
    description: 'Whether scores begin at the best constant; null does so for RMSE, MAE and Quantile.',
  },
  one_hot_max_size: {
    type: 'int',
    default: 2,
    min: 1,
    max: 255,
    description: 'Categorical columns with at most this many values are split one value against the rest.',
  },
  ctr_border_count: {
    type: 'int',
    default: 15,
    min: 1,
    max: 254,
    description: 'Borders of the target statistics that stand for columns with more values.',
  },
  permutation_count: {
    type: 'int',
    default: 4,
    min: 2,
    max: 16,
    aliases: ['fold_permutation_count'],
    description:
      'Random orders of the rows for ordered statistics and ordered boosting; one of them is for leaf values.',
  },
  nan_mode: {
    type: 'enum',
    values: ['Min', 'Max'],
    default: 'Min',
    description: 'Whether missing values lie below all others or above.',
  },
  auto_class_weights: {
    type: 'enum',
    values: ['Balanced', 'SqrtBalanced'],
    nullable: true,
    default: null,
    aliases: ['class_weight'],
    description: 'Weighs classes by the inverse of their frequency, or by its root.',
  },
  class_weights: {
    type: 'array',
    items: 'float',
    nullable: true,
    default: null,
    min: 0,
    description: 'The weight of each class, in the order of the classes.',
  },
  scale_pos_weight: {
    type: 'float',
    default: 1,
    min: 0,
    exclusiveMin: true,
    description: 'Weight of the second class in binary tasks.',
  },
  monotone_constraints: {
    ...MONOTONE_CONSTRAINTS,
    description: `${MONOTONE_CONSTRAINTS.description} For one score a row and Plain boosting only.`,
  },
} as const satisfies ParameterSchema;

export const CATBOOST_SPACE: SearchSpace = {
  iterations: { type: 'int', low: 50, high: 1000, log: true },
  learning_rate: { type: 'float', low: 0.01, high: 0.3, log: true },
  depth: { type: 'int', low: 4, high: 10 },
  l2_leaf_reg: { type: 'float', low: 0.5, high: 30, log: true },
  random_strength: { type: 'float', low: 0.1, high: 10, log: true },
  rsm: { type: 'float', low: 0.3, high: 1 },
};
