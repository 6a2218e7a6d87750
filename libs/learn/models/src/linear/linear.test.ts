import { checkModel } from '../checks/check-model.js';
import { linear, ridge } from './linear.js';
import { logistic } from './logistic.js';

checkModel(linear);
checkModel(ridge);
checkModel(logistic);
