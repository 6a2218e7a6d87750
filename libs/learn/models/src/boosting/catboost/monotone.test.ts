import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dataset } from '@trainyard/data';
import { encodeArtifact } from '../../codec.js';
import { createModel } from '../../definition.js';
import { assertMonotone, datasetOf, mixedData } from '../test-data.js';
import { threading } from '../threading.js';
import { catboost } from './catboost.js';
import { MonotoneLeaves } from './monotone.js';

const wavy = (task: 'binary' | 'regression'): Dataset =>
  datasetOf(task, 2000, (_, random) => {
    const [a, b, c] = [random(), random(), random()];
    const value = Math.sin(9 * a) + 2 * a - b + Math.cos(7 * b) * c + random();
    return [a, b, c, task === 'regression' ? value : Number(value > 1)];
  });

/** Fitted with scores that must rise with the first column and fall with the second. */
async function fit(data: Dataset, threads = 1) {
  const params = { iterations: 40, learning_rate: 0.2, depth: 5, monotone_constraints: [1, -1, 0] };
  const model = createModel(catboost, { ...params, leaf_estimation_iterations: 3 }, data.task);
  const { trainLoss } = await model.fit(data, { seed: 3, threads });
  return { model, trainLoss };
}

describe('monotone constraints of catboost', () => {
  for (const task of ['binary', 'regression'] as const) {
    it(`hold for every row: ${task}`, async () => {
      const data = wavy(task);
      const { model, trainLoss } = await fit(data);
      assertMonotone(model, data, ({ values, probabilities }, row) =>
        task === 'binary' ? probabilities![2 * row + 1]! : values[row]!,
      );
      assert.ok(trainLoss < (task === 'binary' ? 0.6 : 0.65), `the loss is ${trainLoss}`);
    });
  }

  it('give one model on one thread and on two', async (t) => {
    const before = threading.fewObliviousValues;
    threading.fewObliviousValues = 0;
    t.after(() => {
      threading.fewObliviousValues = before;
    });
    const data = wavy('regression');
    const [one, two] = [await fit(data), await fit(data, 2)];
    assert.deepEqual(encodeArtifact(one.model.save()), encodeArtifact(two.model.save()));
  });

  it('are refused for several scores a row, for Ordered boosting and on categories', async () => {
    const monotone_constraints = [0, 1];
    const unsupported = { code: 'OPTION_UNSUPPORTED', where: { field: 'params.monotone_constraints' } };
    const refuses = async (data: Dataset, params: object, error: object) => {
      const model = createModel(catboost, { iterations: 2, monotone_constraints, ...params }, data.task);
      await assert.rejects(model.fit(data, { seed: 1 }), error);
    };
    await refuses(mixedData('multiclass', 60), {}, unsupported);
    await refuses(wavy('binary'), { boosting_type: 'Ordered' }, unsupported);
    await refuses(wavy('binary'), {}, { code: 'PARAMETER_INVALID' });
    const mixed = mixedData('binary', 60);
    const onCategory = mixed.x.names.map((_, j) => Number(j === 3));
    await refuses(mixed, { monotone_constraints: onCategory }, { code: 'PARAMETER_INVALID' });
  });

  it('pool leaves by their weights, and hold along both features of a tree', () => {
    const splits = [
      { feature: 0, bin: 9, score: 0 },
      { feature: 0, bin: 4, score: 0 },
    ];
    const values = Float32Array.of(3, 7, 1, 5);
    // Leaf 1 cannot be: no bin is above 9 and not above 4. The order is 0, 2, 3.
    new MonotoneLeaves(splits, Int8Array.of(1), Float32Array.of(3, 0, 1, 1)).apply(values);
    assert.deepEqual([...values], [2.5, 7, 2.5, 5]);
    const both = Float32Array.of(4, 3, 2, 1);
    const pair = [splits[0]!, { feature: 1, bin: 2, score: 0 }];
    new MonotoneLeaves(pair, Int8Array.of(1, 1), Float32Array.of(1, 2, 3, 4)).apply(both);
    assert.ok(both[0]! <= both[1]! && both[0]! <= both[2]! && both[1]! <= both[3]! && both[2]! <= both[3]!);
  });
});
