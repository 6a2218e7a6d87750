import type { ObjectiveName } from '../objectives/objective-settings.js';

/** XGBoost's names of the objectives that we have, and plain ones. */
export const XGBOOST_OBJECTIVES: Readonly<Record<string, ObjectiveName>> = {
  ...{ 'reg:squarederror': 'squared', 'reg:absoluteerror': 'absolute', 'reg:pseudohubererror': 'pseudoHuber' },
  ...{ 'reg:quantileerror': 'quantile', 'count:poisson': 'poisson', 'reg:gamma': 'gamma', 'reg:tweedie': 'tweedie' },
  ...{ 'binary:logistic': 'logistic', 'multi:softprob': 'softmax', 'multi:softmax': 'softmax' },
  ...{ squared: 'squared', absolute: 'absolute', huber: 'huber', quantile: 'quantile' },
  ...{ poisson: 'poisson', gamma: 'gamma', tweedie: 'tweedie' },
};
