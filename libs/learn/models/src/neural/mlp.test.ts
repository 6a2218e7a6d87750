import { checkModel } from '../checks/check-model.js';
import { mlp } from './mlp.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';
checkModel(mlp, { params: { epochs: 12, batch_size: 32, learning_rate: 0.02, hidden_layer_sizes: [16] } });
