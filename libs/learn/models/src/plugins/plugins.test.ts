import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LearnError } from '@trainyard/data';
import { checkModel, sampleDataset } from '../checks/index.js';
import { createModel } from '../definition.js';
import { mlKnn } from './ml-knn.js';
import { mlRandomForest } from './ml-random-forest.js';
import { mlSvm } from './ml-svm.js';

checkModel(mlRandomForest, { params: { n_estimators: 4, max_depth: 4 }, takesWeights: false, stopsEarly: false });
checkModel(mlSvm, { params: { kernel: 'linear', C: 1, tol: 0.1 }, takesWeights: false });
checkModel(mlKnn, { takesWeights: false });

it('the plug-ins refuse more rows than their libraries can take, and name the model that can', async () => {
  for (const [definition, rows, instead] of [
    [mlRandomForest, 5001, 'random_forest'],
    [mlSvm, 2001, 'svm'],
    [mlKnn, 5001, 'knn'],
  ] as const) {
    const model = createModel(definition, {}, 'binary');
    await assert.rejects(model.fit(sampleDataset('binary', { rows, cols: 2 }), { seed: 7 }), (error) => {
      return error instanceof LearnError && error.code === 'TOO_MANY_ROWS' && error.message.includes(`"${instead}"`);
    });
  }
});

it('ml_svm that does not converge says so', async () => {
  const noise = sampleDataset('binary', { rows: 300 });
  const model = createModel(mlSvm, { C: 1e6, max_iter: 2 }, 'binary');
  await assert.rejects(model.fit({ ...noise, y: noise.y.map((_, i) => (i * 7) % 2) }, { seed: 7 }), (error) => {
    return error instanceof LearnError && error.where.field === 'params.max_iter';
  });
});

it('ml_svm that finds no finite bias says so instead of answering NaN', async () => {
  const model = createModel(mlSvm, { kernel: 'linear', C: 0.05, tol: 1e-3, max_iter: 2000 }, 'binary');
  await assert.rejects(model.fit(sampleDataset('binary', { rows: 80, cols: 1 }), { seed: 1 }), (error) => {
    return error instanceof LearnError && error.where.field === 'params.C';
  });
});
