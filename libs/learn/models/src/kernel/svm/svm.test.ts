import { checkModel } from '../../checks/check-model.js';
import { svm } from './svm.js';

checkModel(svm);
