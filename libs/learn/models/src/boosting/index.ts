export { catboost } from './catboost/catboost.js';
export { lightgbm } from './lightgbm/lightgbm.js';
export { xgboost } from './xgboost/xgboost.js';
