import { checkModel } from '../checks/check-model.js';
import { elasticNet, lasso } from './elastic-net.js';

checkModel(lasso, { params: { alpha: 0.001 } });
checkModel(elasticNet, { params: { alpha: 0.001, selection: 'random' } });
