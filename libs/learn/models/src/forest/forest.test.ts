import { checkModel } from '../checks/index.js';
import { extraTrees, randomForest } from './index.js';

checkModel(randomForest, { params: { n_estimators: 20 } });
checkModel(extraTrees, { params: { n_estimators: 20 } });
