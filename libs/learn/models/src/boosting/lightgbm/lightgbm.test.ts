import { checkModel } from '../../checks/index.js';
import { lightgbm } from './lightgbm.js';

checkModel(lightgbm, { params: { n_estimators: 20, min_child_samples: 5 } });
