import { checkModel } from '../checks/check-model.js';
import { tcn } from './tcn.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';
const small = { num_filters: 8, num_levels: 2, kernel_size: 2, dropout: 0.05 };

// Forecasts are no other to a network than several values: see several-values.test.ts.
const tasks = ['binary', 'multiclass', 'regression'] as const;
checkModel(tcn, { tasks, params: { epochs: 12, batch_size: 32, learning_rate: 0.02, ...small } });
