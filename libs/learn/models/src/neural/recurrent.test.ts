import { checkModel } from '../checks/check-model.js';
import { gruModel, lstmModel, rnnModel } from './recurrent.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';
const params = { epochs: 12, batch_size: 32, learning_rate: 0.02, hidden_size: 8 };

/** Forecasts are no other to a network than several values: see several-values.test.ts. */
const tasks = ['binary', 'multiclass', 'regression'] as const;
for (const definition of [lstmModel, gruModel, rnnModel]) checkModel(definition, { params, tasks });
