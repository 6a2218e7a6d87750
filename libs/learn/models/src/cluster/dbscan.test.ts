import { checkModel } from '../checks/index.js';
import { dbscan } from './dbscan.js';

checkModel(dbscan, { params: { eps: 1, min_samples: 4 }, stopsEarly: false });
