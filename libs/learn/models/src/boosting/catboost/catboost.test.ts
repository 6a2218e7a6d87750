import { checkModel } from '../../checks/index.js';
import { catboost } from './catboost.js';

checkModel(catboost, { params: { iterations: 20, learning_rate: 0.3, depth: 4 } });
