import { checkModel } from '../../checks/index.js';
import { xgboost } from './xgboost.js';

checkModel(xgboost, { params: { n_estimators: 20 } });
