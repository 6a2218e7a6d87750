import { defineBoosting } from '../define-boosting.js';
import { XGBOOST_PARAMETERS, XGBOOST_SPACE } from './parameters.js';
import { type XGBoostParams, xgboostSettings } from './settings.js';

/**
 * XGBoost's histogram method (Chen and Guestrin, 2016; tree_method `hist`): trees grown level by level, or by the most to gain.
 * As there, a node whose best split gains less than `gamma` is not split, even if its children would gain more.
 */
export const xgboost = defineBoosting<XGBoostParams>({
  name: 'xgboost',
  params: XGBOOST_PARAMETERS,
  space: XGBOOST_SPACE,
  settingsOf: xgboostSettings,
});
