import type { Task } from '@trainyard/data';
import { invalid, unsupported } from '../invalid.js';
import type { Loss } from '../trees/tree.js';
import type { Json } from './json-text.js';

/** XGBoost's name and settings of a loss. */
export function objectiveOf(loss: Loss, classes: number): { readonly [key: string]: Json } {
  const plain = { reg_loss_param: { scale_pos_weight: '1' } };
  switch (loss.name) {
    case 'logistic':
      return { name: 'binary:logistic', ...plain };
    case 'softmax':
      return { name: 'multi:softprob', softmax_multiclass_param: { num_class: String(classes) } };
    case 'absolute':
      return { name: 'reg:absoluteerror' };
    case 'huber':
    case 'pseudoHuber':
      return { name: 'reg:pseudohubererror', pseudo_huber_param: { huber_slope: String(loss.parameter) } };
    case 'quantile':
      return { name: 'reg:quantileerror', quantile_loss_param: { quantile_alpha: `[${loss.parameter}]` } };
    case 'poisson':
      return { name: 'count:poisson', poisson_regression_param: { max_delta_step: '7E-1' } };
    case 'gamma':
      return { name: 'reg:gamma', ...plain };
    case 'tweedie':
      return { name: 'reg:tweedie', tweedie_regression_param: { tweedie_variance_power: String(loss.parameter) } };
    case 'squared':
      return { name: 'reg:squarederror', ...plain };
  }
}

export interface ReadObjective {
  readonly task: Task;
  readonly loss: Loss;
  /** The score of a base_score, which the file holds as a prediction. */
  score(baseScore: number): number;
}

const same = (value: number): number => value;
const logit = (p: number): number => Math.log(p / (1 - p));

/** Objectives whose predictions are the scores. */
const IDENTITY = new Set([
  'reg:squarederror',
  'reg:linear',
  'reg:squaredlogerror',
  'rank:ndcg',
  'rank:map',
  'rank:pairwise',
]);

/** Reads the objective of a model. Throws OPTION_UNSUPPORTED for one whose predictions our models cannot make. */
export function readObjective(objective: Readonly<Record<string, unknown>> | undefined): ReadObjective {
  const name = objective?.name;
  if (typeof name !== 'string') throw invalid('XGBoost', 'it has no learner.objective.name');
  const parameter = (group: string, setting: string, otherwise: number): number => {
    const text = (objective?.[group] as Record<string, string> | undefined)?.[setting];
    const value = text === undefined ? otherwise : Number(text.replace(/^\[(.*)\]$/, '$1'));
    if (!Number.isFinite(value)) throw unsupported('XGBoost', `has ${setting} ${text}`);
    return value;
  };
  const regression = (loss: Loss, score = same): ReadObjective => ({ task: 'regression', loss, score });
  switch (name) {
    case 'binary:logistic':
      return { task: 'binary', loss: { name: 'logistic' }, score: logit };
    case 'binary:logitraw':
      return { task: 'binary', loss: { name: 'logistic' }, score: same };
    case 'multi:softprob':
    case 'multi:softmax':
      return { task: 'multiclass', loss: { name: 'softmax' }, score: same };
    case 'reg:absoluteerror':
      return regression({ name: 'absolute' });
    case 'reg:pseudohubererror':
      return regression({ name: 'pseudoHuber', parameter: parameter('pseudo_huber_param', 'huber_slope', 1) });
    case 'reg:quantileerror':
      return regression({ name: 'quantile', parameter: parameter('quantile_loss_param', 'quantile_alpha', 0.5) });
    case 'count:poisson':
      return regression({ name: 'poisson' }, Math.log);
    case 'reg:gamma':
      return regression({ name: 'gamma' }, Math.log);
    case 'reg:tweedie': {
      const power = parameter('tweedie_regression_param', 'tweedie_variance_power', 1.5);
      return regression({ name: 'tweedie', parameter: power }, Math.log);
    }
    default:
      if (IDENTITY.has(name)) return regression({ name: 'squared' });
      throw unsupported('XGBoost', `has the objective "${name}"`);
  }
}
