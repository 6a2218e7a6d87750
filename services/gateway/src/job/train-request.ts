import { z } from 'zod';
import { JOB_ID } from './job-id.js';

const text = z.string().trim().min(1);
const count = z.number().int().min(1);
const scalar = z.union([z.null(), z.boolean(), z.number(), z.string()]);
const value = z.union([scalar, z.array(scalar)]);
const strategies = [
  'auto',
  'holdout',
  'kfold',
  'stratified',
  'group',
  'time_series',
  'purged',
  'walk_forward',
  'monte_carlo',
] as const;

/** Where the rows are and what their columns mean. */
export const dataset = z.strictObject({
  uri: text.describe('file://, dataset://, http(s):// or s3://'),
  format: z.enum(['csv', 'parquet', 'jsonl', 'arrow']).nullish().describe('guessed when absent'),
  target: text
    .nullish()
    .describe('the column to predict; clustering and anomaly detection need none and are compared with it'),
  targets: z.array(text).default([]).describe('several columns to predict at once, by a network; instead of target'),
  time: text.nullish(),
  group: text.nullish(),
  weight: text.nullish(),
  scenario: text.nullish(),
  features: z.array(text).default([]).describe('the columns to learn from; all when empty'),
  exclude: z.array(text).default([]).describe('columns never to learn from'),
});

const preprocessing = z.strictObject({
  scaling: z.enum(['none', 'standard', 'minmax', 'robust']).nullish(),
  encoding: z.enum(['ordinal', 'onehot']).nullish(),
  imputation: z.enum(['none', 'mean', 'median', 'constant']).nullish(),
  create: z.array(text).nullish(),
  select: z.strictObject({ method: z.enum(['selectkbest', 'rfe', 'lasso']), nFeatures: count.nullish() }).nullish(),
});

const validation = z.strictObject({
  testSize: z.number().min(0).max(0.9).default(0.2),
  validationSize: z.number().min(0).max(0.9).default(0.2),
  strategy: z.enum(strategies).default('auto'),
  folds: z.number().int().min(2).nullish(),
  shuffle: z.boolean().nullish(),
  gap: z.number().int().min(0).nullish(),
  embargo: z.number().int().min(0).nullish(),
});

const dimension = z.strictObject({
  type: z.enum(['int', 'float', 'categorical']),
  low: z.number().nullish(),
  high: z.number().nullish(),
  log: z.boolean().nullish(),
  step: z.number().nullish(),
  choices: z.array(scalar).nullish(),
});

/** How hyperparameters are searched. */
export const search = z.strictObject({
  strategy: text.default('random').describe('random; other strategies come later'),
  space: z.record(z.string(), dimension).nullish().describe("the model's default space when absent"),
  trials: count.max(10_000).default(20),
  timeoutSeconds: z.number().positive().nullish(),
  objectives: z.array(text).default([]).describe("metrics; the task's default when empty"),
  pruner: text.nullish(),
  parallelism: count.nullish(),
});

/** A condition that a model must meet. */
export const gate = z.strictObject({
  metric: text,
  min: z.number().nullish(),
  max: z.number().nullish(),
  betterThan: z.literal('production').nullish(),
  alpha: z.number().nullish(),
});

const deploy = z.strictObject({
  environment: z.enum(['staging', 'production']),
  strategy: text.default('replace').describe('replace; other strategies come later'),
  percent: z.number().min(0).max(100).nullish(),
});

const resources = z.strictObject({
  pool: z.enum(['cpu', 'gpu']).default('cpu'),
  memoryMb: count.nullish(),
  timeoutSeconds: z.number().positive().nullish(),
  threads: count.nullish(),
});

/** The TrainRequested command as JSON: the body of `POST /api/v1/models/train`. */
export const trainRequest = z.strictObject({
  jobId: z
    .string()
    .regex(JOB_ID, 'must be 1 to 128 letters, digits, dots, colons, dashes or underscores')
    .nullish()
    .describe('the same id again changes nothing'),
  name: text.max(200).nullish().describe("the model's name; from the dataset and target when absent"),
  experiment: text.max(200).default('default'),
  tags: z.record(z.string(), z.string()).default({}),
  dataset,
  task: z
    .enum(['auto', 'binary', 'multiclass', 'regression', 'forecast', 'clustering', 'anomaly', 'trajectory'])
    .default('auto'),
  model: z
    .union([text, z.array(text).min(1)])
    .default('auto')
    .describe('a model name, auto, or a list of names'),
  params: z.record(z.string(), value).default({}).describe("the model's own hyperparameters"),
  preprocessing: preprocessing.nullish(),
  validation: validation.nullish(),
  search: search.nullish(),
  horizon: count.nullish(),
  seqLen: count.nullish(),
  symbol: text.nullish(),
  gates: z.array(gate).default([]),
  deploy: deploy.nullish(),
  resources: resources.nullish(),
  seed: z.number().int().min(0).max(2_147_483_647).default(7),
  earlyStopping: z.strictObject({ rounds: count }).nullish(),
});

export type TrainRequestBody = z.output<typeof trainRequest>;
