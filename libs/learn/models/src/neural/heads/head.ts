import { type Dataset, isUnsupervised, LearnError, type Task } from '@trainyard/data';
import { type TargetScale, targetScale } from '../training/targets.js';

/** What values are learnt by: their mean, their mean and variance, or quantiles of them. */
export const VALUE_LOSSES = ['squared_error', 'gaussian_nll', 'quantile'] as const;
export type ValueLoss = (typeof VALUE_LOSSES)[number];

/** The parameters that decide what a network's outputs mean. */
export interface HeadParams {
  readonly loss?: ValueLoss;
  readonly quantiles?: readonly number[];
}

/**
 * What the outputs of a network mean, and so what is learnt from them:
 * `classes`: a score a class. `values`: a value each. `gaussian`: the means of all values, then what their deviations follow from.
 * `quantiles`: of each value all quantiles. `score`: how odd a row is, which is itself what is made small.
 */
export interface Head {
  readonly kind: 'classes' | 'values' | 'gaussian' | 'quantiles' | 'score';
  /** Classes to choose from; 0 where there are none. */
  readonly classes: number;
  /** Values a row. */
  readonly values: number;
  /** Probabilities of the quantiles, ascending. */
  readonly quantiles: readonly number[];
  readonly scale: TargetScale;
}

/** The head of a task. `values`: of each row; 1 but for several targets or steps. */
export function headOf(task: Task, params: HeadParams, classes: number, values: number, scale: TargetScale): Head {
  const base = { classes, values, quantiles: [], scale };
  if (isUnsupervised(task)) return { ...base, kind: 'score' };
  if (classes > 0) return { ...base, kind: 'classes' };
  if (params.loss === 'gaussian_nll') return { ...base, kind: 'gaussian' };
  if (params.loss !== 'quantile') return { ...base, kind: 'values' };
  return { ...base, kind: 'quantiles', quantiles: [...(params.quantiles ?? [])].sort((a, b) => a - b) };
}

/** The head for what a data set holds. */
export function headFor(data: Dataset, params: HeadParams): Head {
  return headOf(data.task, params, data.classes?.length ?? 0, data.outputs?.length ?? 1, targetScale(data));
}

/** Outputs of the network for a row. */
export function widthOf({ kind, classes, values, quantiles }: Head): number {
  if (kind === 'classes') return classes;
  if (kind === 'gaussian') return 2 * values;
  return kind === 'quantiles' ? values * quantiles.length : values;
}

/** Throws PARAMETER_INVALID when the loss is none for the task, or quantiles are no probabilities. */
export function checkHead({ loss = 'squared_error', quantiles = [] }: HeadParams, task: Task): void {
  if (loss !== 'squared_error' && task !== 'regression' && task !== 'forecast') {
    const words = `params.loss is ${loss}, which is for values; the task ${task} has its own: leave it out.`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'params.loss' });
  }
  if (loss !== 'quantile') return;
  if (new Set(quantiles).size === quantiles.length && quantiles.length > 0) return;
  const words = 'params.quantiles must name one probability or more, each once, such as [0.05, 0.5, 0.95].';
  throw new LearnError('PARAMETER_INVALID', words, { field: 'params.quantiles' });
}
