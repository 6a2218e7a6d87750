import type { TreesArtifact } from '@trainyard/models';
import type { Loss, TreeModel } from './tree.js';

type Model = TreeModel['model'];
type WithParameter = Extract<Loss, { parameter: number }>['name'];

/** The parameter that holds a loss's number, in the names of each library. */
const PARAMETERS: Readonly<Record<Model, Readonly<Record<WithParameter, string>>>> = {
  lightgbm: { huber: 'alpha', pseudoHuber: 'alpha', quantile: 'alpha', tweedie: 'tweedie_variance_power' },
  xgboost: {
    ...{ huber: 'huber_slope', pseudoHuber: 'huber_slope', quantile: 'quantile_alpha' },
    tweedie: 'tweedie_variance_power',
  },
};

/** The objective parameter of each library for a loss; null is the task's own. */
const OBJECTIVES: Readonly<Record<Model, Partial<Record<Loss['name'], string>>>> = {
  lightgbm: {
    ...{ absolute: 'regression_l1', huber: 'huber', pseudoHuber: 'huber', quantile: 'quantile' },
    ...{ poisson: 'poisson', gamma: 'gamma', tweedie: 'tweedie' },
  },
  xgboost: {
    ...{ absolute: 'reg:absoluteerror', huber: 'huber', pseudoHuber: 'reg:pseudohubererror' },
    ...{ quantile: 'reg:quantileerror', poisson: 'count:poisson', gamma: 'reg:gamma', tweedie: 'reg:tweedie' },
  },
};

const DEFAULTS = { identity: 'squared', log: 'poisson', logistic: 'logistic', softmax: 'softmax' } as const;
const PLAIN: readonly string[] = ['squared', 'absolute', 'logistic', 'softmax', 'poisson', 'gamma'];

/** The loss of a saved model; one of the caller's own is told by the usual one whose scores mean the same. */
export function lossOf({ model, objective, link, params }: TreesArtifact): Loss {
  if (PLAIN.includes(objective)) return { name: objective } as Loss;
  const setting = PARAMETERS[model as Model][objective as WithParameter];
  if (setting === undefined) return { name: DEFAULTS[link] };
  const parameter = Number((params as Record<string, unknown>)[setting]);
  return { name: objective as WithParameter, parameter };
}

/** The parameters that a model fitted with this loss would have had. */
export function parametersOf(model: Model, loss: Loss): Record<string, unknown> {
  const objective = OBJECTIVES[model][loss.name] ?? null;
  return 'parameter' in loss ? { objective, [PARAMETERS[model][loss.name]]: loss.parameter } : { objective };
}
