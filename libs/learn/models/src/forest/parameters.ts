import { LearnError, type Task } from '@trainyard/data';
import type { ParameterSchema, SearchSpace } from '../model.js';

export interface ForestParams {
  readonly n_estimators: number;
  readonly criterion: 'gini' | 'entropy' | 'log_loss' | 'squared_error' | null;
  readonly max_depth: number | null;
  readonly min_samples_split: number;
  readonly min_samples_leaf: number;
  readonly max_features: 'sqrt' | 'log2' | 'all' | number | null;
  readonly min_impurity_decrease: number;
  readonly bootstrap: boolean;
  readonly max_samples: number | null;
  readonly class_weight: 'balanced' | 'balanced_subsample' | null;
  readonly oob_score: boolean;
  readonly max_bin: number;
}

/** scikit-learn's names and defaults. */
const SHARED = {
  n_estimators: {
    type: 'int',
    default: 100,
    min: 1,
    aliases: ['num_trees', 'n_trees', 'ntree'],
    description: 'Trees of the forest.',
  },
  criterion: {
    type: 'enum',
    values: ['gini', 'entropy', 'log_loss', 'squared_error'],
    default: null,
    nullable: true,
    description:
      'What a split lowers: gini, entropy or log_loss (the same as entropy) for classification, squared_error for regression; null for gini or squared_error.',
  },
  max_depth: {
    type: 'int',
    default: null,
    min: 1,
    nullable: true,
    description: 'Most splits from root to leaf; null grows until leaves are pure.',
  },
  min_samples_split: { type: 'int', default: 2, min: 2, description: 'Fewest rows of a node that is split.' },
  min_samples_leaf: {
    type: 'int',
    default: 1,
    min: 1,
    aliases: ['min_child_samples', 'min_data_in_leaf'],
    description: 'Fewest rows of a leaf.',
  },
  max_features: {
    type: 'enum',
    values: ['sqrt', 'log2', 'all'],
    numeric: true,
    default: null,
    min: 0,
    exclusiveMin: true,
    nullable: true,
    aliases: ['mtry'],
    description:
      'Features looked at for a split: sqrt, log2 or all of them, a share up to 1, or a number of them above 1; null for sqrt in classification and all in regression.',
  },
  min_impurity_decrease: {
    type: 'float',
    default: 0,
    min: 0,
    description: 'A split must lower the impurity by this much, weighted by the share of rows in its node.',
  },
  max_samples: {
    type: 'float',
    default: null,
    min: 0,
    exclusiveMin: true,
    nullable: true,
    aliases: ['sample_fraction'],
    description:
      'Size of a bootstrap sample: a share of the rows up to 1, or a number of rows above 1; null for all of them. Only with bootstrap.',
  },
  class_weight: {
    type: 'enum',
    values: ['balanced', 'balanced_subsample'],
    default: null,
    nullable: true,
    description:
      'balanced weighs classes inversely to their frequency, balanced_subsample to that in each bootstrap sample. Classification only.',
  },
  oob_score: {
    type: 'boolean',
    default: false,
    aliases: ['oob'],
    description:
      'Scores the rows by the trees that did not see them: accuracy, or R2 for regression. Only with bootstrap.',
  },
  max_bin: {
    type: 'int',
    default: 255,
    min: 2,
    max: 255,
    aliases: ['max_bins'],
    description:
      'Most bins of a feature, besides the bin of missing values. Nodes of few rows also cut within a bin, into up to 16 parts.',
  },
} as const satisfies ParameterSchema;

const bootstrap = (value: boolean) =>
  ({
    type: 'boolean',
    default: value,
    description: 'Grows each tree on rows drawn with replacement; otherwise on all of them.',
  }) as const;

export const RANDOM_FOREST_PARAMETERS = { ...SHARED, bootstrap: bootstrap(true) } as const satisfies ParameterSchema;
export const EXTRA_TREES_PARAMETERS = { ...SHARED, bootstrap: bootstrap(false) } as const satisfies ParameterSchema;

export const FOREST_SPACE: SearchSpace = {
  n_estimators: { type: 'int', low: 50, high: 500, log: true },
  max_features: { type: 'categorical', choices: ['sqrt', 'log2', 0.3, 0.6, 'all'] },
  max_depth: { type: 'categorical', choices: [null, 6, 10, 16, 24] },
  min_samples_leaf: { type: 'int', low: 1, high: 20, log: true },
};

/** Throws PARAMETER_INVALID when parameters do not go together or do not suit the task. */
export function checkForestParams(params: ForestParams, task: Task): void {
  const { criterion, class_weight, bootstrap: draws, max_samples, oob_score } = params;
  const refuse = (name: string, why: string): never => {
    throw new LearnError('PARAMETER_INVALID', `params.${name} ${why}`, { field: `params.${name}` });
  };
  if (criterion !== null && (criterion === 'squared_error') !== (task === 'regression')) {
    refuse('criterion', `is "${criterion}", which is not for ${task} tasks.`);
  }
  if (class_weight !== null && task === 'regression') refuse('class_weight', 'is for classification only.');
  if (!draws && oob_score) refuse('oob_score', 'needs bootstrap: without it no row is left out.');
  if (!draws && max_samples !== null) refuse('max_samples', 'needs bootstrap.');
}
