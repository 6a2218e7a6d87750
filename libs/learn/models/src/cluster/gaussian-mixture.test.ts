import { checkModel } from '../checks/index.js';
import { gaussianMixture } from './gaussian-mixture.js';

checkModel(gaussianMixture, { params: { n_components: 3, reg_covar: 1e-3 } });
