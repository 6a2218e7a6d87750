import { checkModel } from '../checks/index.js';
import { kmeans, miniBatchKMeans } from './kmeans.js';

checkModel(kmeans, { params: { n_clusters: 3 } });
checkModel(miniBatchKMeans, { params: { n_clusters: 3, batch_size: 64 } });
