import type { ParameterSchema, SearchSpace } from '../model.js';
import { VALUE_LOSSES } from './heads/head.js';
import { SCHEDULES } from './training/learning-rate.js';

/** How long and how fast to learn: the same for all networks. */
export const trainingParameters: ParameterSchema = {
  epochs: {
    type: 'int',
    default: 50,
    min: 1,
    description: 'Most passes over the training rows.',
    aliases: ['max_iter', 'num_epochs', 'max_epochs'],
  },
  batch_size: {
    type: 'int',
    default: 256,
    min: 1,
    description: 'Rows learnt from at once; fewer where there are fewer.',
  },
  learning_rate: {
    type: 'float',
    default: 1e-3,
    min: 0,
    exclusiveMin: true,
    description: 'Step size of Adam.',
    aliases: ['lr'],
  },
  learning_rate_schedule: {
    type: 'enum',
    values: SCHEDULES,
    default: 'constant',
    description:
      'constant; cosine: down to 0 over the epochs; exponential: times 0.95 an epoch; plateau: halved after each 3 epochs without a better validation loss.',
  },
  weight_decay: {
    type: 'float',
    default: 0,
    min: 0,
    description: 'Share of each kernel that a step takes away, times the learning rate (AdamW); biases are spared.',
  },
  clip_norm: {
    type: 'float',
    default: 0,
    min: 0,
    description: 'The longest that all gradients of a step together may be; 0 is no limit.',
  },
  class_weight: {
    type: 'enum',
    values: ['balanced'],
    nullable: true,
    default: null,
    description: '"balanced" weighs each class by the inverse of its frequency; null weighs all rows alike.',
  },
  seq_len: {
    type: 'int',
    default: 1,
    min: 1,
    description:
      'Steps that the columns of a row are cut into, the earliest first: 12 columns are 4 steps of 3 features with seq_len 4.',
  },
  min_seq_len: {
    type: 'int',
    default: null,
    nullable: true,
    min: 1,
    description:
      'Fewest rows of a window, where fewer than seqLen of the request may do: windows at the start of a series are then padded and the padding is masked; null: all windows are whole.',
  },
};

/** Of networks of dense layers. */
export const hiddenParameters = {
  activation: { type: 'enum', values: ['relu', 'tanh'], default: 'relu', description: 'Of the hidden layers.' },
  dropout: {
    type: 'float',
    default: 0,
    min: 0,
    max: 0.95,
    description: 'Share of hidden units dropped while learning.',
  },
} as const satisfies ParameterSchema;

/** What values are learnt by, and what is known of their uncertainty: of networks that learn a target. */
export const headParameters: ParameterSchema = {
  loss: {
    type: 'enum',
    values: VALUE_LOSSES,
    default: 'squared_error',
    description:
      'Of values; classes have their own. squared_error: the mean; gaussian_nll: mean and variance of each row; quantile: the quantiles of each row.',
    aliases: ['objective'],
  },
  quantiles: {
    type: 'array',
    items: 'float',
    default: [0.05, 0.5, 0.95],
    min: 0.001,
    max: 0.999,
    description: 'The probabilities of the quantiles that loss quantile learns.',
  },
  mc_dropout_passes: {
    type: 'int',
    default: 0,
    min: 0,
    max: 1000,
    description: 'Predictions with dropout whose spread is the uncertainty of a value (Monte-Carlo dropout); 0: none.',
  },
  mc_dropout_seed: { type: 'int', default: 0, min: 0, description: 'Decides what these passes drop.' },
  ensemble_size: {
    type: 'int',
    default: 1,
    min: 1,
    max: 100,
    description:
      'Networks that start from other weights, learn one after the other and answer together (a deep ensemble).',
  },
};

/** What all networks are searched over. */
export const trainingSpace: SearchSpace = {
  learning_rate: { type: 'float', low: 1e-4, high: 1e-2, log: true },
  batch_size: { type: 'categorical', choices: [64, 128, 256] },
};
