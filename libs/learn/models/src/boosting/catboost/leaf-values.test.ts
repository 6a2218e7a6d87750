import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createModel } from '../../definition.js';
import { datasetOf } from '../test-data.js';
import { catboost } from './catboost.js';
import { estimationIterations } from './leaf-values.js';
import { type Loss, lossName } from './loss.js';
import { CATBOOST_PARAMETERS, type CatBoostParams } from './parameters.js';

const DEFAULTS = Object.fromEntries(
  Object.entries(CATBOOST_PARAMETERS).map(([name, { default: value }]) => [name, value]),
) as unknown as CatBoostParams;

/** What `get_all_params` of CatBoost 1.2.10 says: 25 columns; 5 columns and 199 trees; 5 columns and 200 trees. */
const REPORTED = [
  ['logistic', 'Newton', 10, 1, 10],
  ['logistic', 'Gradient', 40, 1, 40],
  ['softmax', 'Newton', 1, 1, 1],
  ['softmax', 'Gradient', 10, 1, 10],
  ['poisson', 'Newton', 10, 1, 10],
  ['poisson', 'Gradient', 1, 1, 1],
  ['squared', 'Newton', 1, 1, 1],
  ['squared', 'Gradient', 1, 1, 1],
  ['quantile', 'Gradient', 1, 1, 1],
  ['huber', 'Newton', 1, 1, 1],
] as const;

describe('steps of leaf estimation', () => {
  it('are as many as CatBoost takes', () => {
    for (const [kind, leaf_estimation_method, wide, narrow, long] of REPORTED) {
      const loss = { kind } as Loss;
      const of = (columns: number, iterations: number) =>
        estimationIterations({ ...DEFAULTS, leaf_estimation_method, iterations }, loss, columns);
      const found = [of(25, 5), of(5, 199), of(5, 200)];
      assert.deepEqual(found, [wide, narrow, long], `${kind} by ${leaf_estimation_method}`);
    }
    const asked = { ...DEFAULTS, leaf_estimation_iterations: 3 };
    assert.equal(estimationIterations(asked, { kind: 'logistic' } as Loss, 25), 3);
    assert.equal(lossName(DEFAULTS, 'binary'), 'Logloss');
  });

  it('of log loss on 20 columns are ten of Newton: the model is the same as when they are asked for', async () => {
    const data = datasetOf('binary', 300, (_, random) => {
      const values = Array.from({ length: 20 }, random);
      return [...values, values[0]! * values[1]! > 0.3 ? 1 : 0];
    });
    const fit = async (params: object) => {
      const model = createModel(catboost, { iterations: 3, depth: 3, ...params }, 'binary');
      await model.fit(data, { seed: 7 });
      return model.predict(data.x).probabilities;
    };
    const own = await fit({});
    assert.deepEqual(own, await fit({ leaf_estimation_iterations: 10 }));
    assert.notDeepEqual(own, await fit({ leaf_estimation_iterations: 1 }));
  });
});
