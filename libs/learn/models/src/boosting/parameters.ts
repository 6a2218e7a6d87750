import type { ParameterSchema, SearchSpace } from '../model.js';

export interface LightGBMParams {
  readonly n_estimators: number;
  readonly learning_rate: number;
  readonly num_leaves: number;
  readonly max_depth: number;
  readonly min_child_samples: number;
  readonly min_child_weight: number;
  readonly reg_lambda: number;
  readonly reg_alpha: number;
  readonly min_split_gain: number;
  readonly subsample: number;
  readonly subsample_freq: number;
  readonly colsample_bytree: number;
  readonly max_bin: number;
  readonly scale_pos_weight: number;
  readonly cat_smooth: number;
  readonly cat_l2: number;
  readonly max_cat_threshold: number;
  readonly max_cat_to_onehot: number;
  readonly min_data_per_group: number;
  readonly histogram_precision: 'q32' | 'f64';
}

/** LightGBM's names, aliases and defaults. */
export const LIGHTGBM_PARAMETERS = {
  n_estimators: {
    type: 'int',
    default: 100,
    min: 1,
    aliases: ['num_iterations', 'num_iteration', 'num_boost_round', 'num_round', 'num_rounds', 'num_trees', 'max_iter'],
    description: 'Boosting rounds; each grows one tree, or one a class for three classes or more.',
  },
  learning_rate: {
    type: 'float',
    default: 0.1,
    min: 0,
    exclusiveMin: true,
    aliases: ['shrinkage_rate', 'eta'],
    description: 'Factor on every leaf value: smaller needs more rounds and often generalises better.',
  },
  num_leaves: {
    type: 'int',
    default: 31,
    min: 2,
    max: 131072,
    aliases: ['num_leaf', 'max_leaves', 'max_leaf', 'max_leaf_nodes'],
    description: 'Most leaves of a tree.',
  },
  max_depth: { type: 'int', default: -1, min: -1, description: 'Most splits from root to leaf; -1 or 0 for no limit.' },
  min_child_samples: {
    type: 'int',
    default: 20,
    min: 0,
    aliases: ['min_data_in_leaf', 'min_data', 'min_samples_leaf'],
    description: 'Fewest rows of a leaf (estimated from hessians, as in LightGBM).',
  },
  min_child_weight: {
    type: 'float',
    default: 1e-3,
    min: 0,
    aliases: ['min_sum_hessian_in_leaf', 'min_sum_hessian', 'min_hessian'],
    description: 'Smallest sum of hessians of a leaf.',
  },
  reg_lambda: {
    type: 'float',
    default: 0,
    min: 0,
    aliases: ['lambda_l2', 'lambda'],
    description: 'L2 penalty on leaf values.',
  },
  reg_alpha: {
    type: 'float',
    default: 0,
    min: 0,
    aliases: ['lambda_l1', 'l1_regularization'],
    description: 'L1 penalty on leaf values.',
  },
  min_split_gain: {
    type: 'float',
    default: 0,
    min: 0,
    aliases: ['min_gain_to_split'],
    description: 'Gain a split must exceed.',
  },
  subsample: {
    type: 'float',
    default: 1,
    min: 0,
    exclusiveMin: true,
    max: 1,
    aliases: ['bagging_fraction', 'sub_row', 'bagging'],
    description: 'Share of rows that trees grow on; only with subsample_freq above 0.',
  },
  subsample_freq: {
    type: 'int',
    default: 0,
    min: 0,
    aliases: ['bagging_freq'],
    description: 'Draws new rows every this many rounds; 0 never samples.',
  },
  colsample_bytree: {
    type: 'float',
    default: 1,
    min: 0,
    exclusiveMin: true,
    max: 1,
    aliases: ['feature_fraction', 'sub_feature'],
    description: 'Share of features that each tree may use.',
  },
  max_bin: {
    type: 'int',
    default: 255,
    min: 2,
    max: 255,
    aliases: ['max_bins'],
    description: 'Most bins of a feature, besides the bin of missing values.',
  },
  scale_pos_weight: {
    type: 'float',
    default: 1,
    min: 0,
    exclusiveMin: true,
    description: 'Weight of the second class in binary tasks.',
  },
  cat_smooth: {
    type: 'float',
    default: 10,
    min: 0,
    description: 'Smooths the gradient ratios that categories are ordered by; rarer categories never go left in a set.',
  },
  cat_l2: { type: 'float', default: 10, min: 0, description: 'L2 penalty added in splits on sets of categories.' },
  max_cat_threshold: { type: 'int', default: 32, min: 1, description: 'Most categories on the left of a split.' },
  max_cat_to_onehot: {
    type: 'int',
    default: 4,
    min: 1,
    description: 'Up to this many categories, a split takes one against the rest.',
  },
  min_data_per_group: {
    type: 'int',
    default: 100,
    min: 1,
    description: 'Fewest rows between two places where ordered categories may be cut.',
  },
  histogram_precision: {
    type: 'enum',
    values: ['q32', 'f64'],
    default: 'q32',
    description:
      'q32 quantises gradients in histograms with random rounding (fast; leaf values stay exact); f64 does not.',
  },
} as const satisfies ParameterSchema;

export const LIGHTGBM_SPACE: SearchSpace = {
  num_leaves: { type: 'int', low: 8, high: 256, log: true },
  learning_rate: { type: 'float', low: 0.01, high: 0.3, log: true },
  n_estimators: { type: 'int', low: 50, high: 1000, log: true },
  min_child_samples: { type: 'int', low: 5, high: 100, log: true },
  reg_lambda: { type: 'float', low: 1e-8, high: 10, log: true },
  colsample_bytree: { type: 'float', low: 0.5, high: 1 },
};
