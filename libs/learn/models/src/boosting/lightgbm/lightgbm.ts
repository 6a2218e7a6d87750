import { defineBoosting } from '../define-boosting.js';
import { LIGHTGBM_PARAMETERS, LIGHTGBM_SPACE } from './parameters.js';
import { type LightGBMParams, lightgbmSettings } from './settings.js';

/**
 * LightGBM (Ke et al., 2017): trees grown leaf by leaf. Missing values have a bin of their own and each split learns where
 * they go; categorical columns are split on sets of categories.
 */
export const lightgbm = defineBoosting<LightGBMParams>({
  name: 'lightgbm',
  params: LIGHTGBM_PARAMETERS,
  space: LIGHTGBM_SPACE,
  settingsOf: lightgbmSettings,
});
