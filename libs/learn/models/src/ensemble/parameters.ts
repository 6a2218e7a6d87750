import type { Parameter } from '../model.js';

/** Parameters that several kinds of ensemble share. */
export const ESTIMATORS: Parameter = {
  type: 'array',
  items: 'string',
  default: null,
  nullable: true,
  aliases: ['members', 'models'],
  description:
    'Models to combine, each "model" or "name=model"; null for three that differ. Set their parameters as "<name>__<parameter>".',
};

export const FINAL_ESTIMATOR: Parameter = {
  type: 'string',
  default: null,
  nullable: true,
  aliases: ['meta_learner', 'meta_model'],
  description:
    'Model that learns from what the members say; null for logistic or ridge. Its parameters are "final_estimator__<parameter>".',
};

export const PASSTHROUGH: Parameter = {
  type: 'boolean',
  default: false,
  description: 'Whether the final estimator also sees the original columns.',
};

export const FOLDS: Parameter = {
  type: 'int',
  default: 5,
  min: 2,
  max: 100,
  aliases: ['folds', 'n_folds'],
  description: 'Folds that members predict out of: each row by members that were not fitted on it.',
};

export const SHUFFLE: Parameter = {
  type: 'boolean',
  default: true,
  description: 'Rows are dealt out at random; false takes consecutive blocks, for rows in time order.',
};
