export type { ImportedModel, ImportOptions } from './import-options.js';
export { fromLightGBMText } from './lightgbm/read.js';
export { toLightGBMText } from './lightgbm/write.js';
export { fromXGBoostJson } from './xgboost/read.js';
export { toXGBoostJson } from './xgboost/write.js';
