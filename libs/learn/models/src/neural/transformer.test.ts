import { checkModel } from '../checks/check-model.js';
import { transformer } from './transformer.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';
const small = { d_model: 8, num_heads: 2, num_layers: 1, dim_feedforward: 16, dropout: 0.05 };

// Forecasts are no other to a network than several values: see several-values.test.ts.
const tasks = ['binary', 'multiclass', 'regression'] as const;
checkModel(transformer, { tasks, params: { epochs: 12, batch_size: 32, learning_rate: 0.02, ...small } });
