import { checkModel } from '../checks/check-model.js';
import { knn } from './knn.js';

checkModel(knn);
checkModel(knn, { params: { weights: 'distance', algorithm: 'brute' } });
