import type { ObjectiveName } from '../objectives/objective-settings.js';

/** LightGBM's names of the objectives that we have. */
export const LIGHTGBM_OBJECTIVES: Readonly<Record<string, ObjectiveName>> = {
  ...{ regression: 'squared', regression_l2: 'squared', l2: 'squared', mean_squared_error: 'squared', mse: 'squared' },
  ...{ l2_root: 'squared', root_mean_squared_error: 'squared', rmse: 'squared', squared: 'squared' },
  ...{ regression_l1: 'absolute', l1: 'absolute', mean_absolute_error: 'absolute', mae: 'absolute' },
  ...{ absolute: 'absolute', huber: 'huber', quantile: 'quantile' },
  ...{ poisson: 'poisson', gamma: 'gamma', tweedie: 'tweedie' },
  ...{ binary: 'logistic', multiclass: 'softmax', softmax: 'softmax' },
};
