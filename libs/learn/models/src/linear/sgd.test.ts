import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkModel } from '../checks/check-model.js';
import { sampleDataset, slice } from '../checks/sample-data.js';
import { createModel } from '../definition.js';
import { type StochasticGradientDescent, sgd } from './sgd.js';

checkModel(sgd, { params: { max_iter: 30 } });

describe('sgd', () => {
  it('goes on where it was: two passes are one and one more', async () => {
    for (const task of ['binary', 'regression'] as const) {
      const data = sampleDataset(task);
      const params = { shuffle: false, max_iter: 2, tol: null, average: true };
      const whole = createModel(sgd, params, task);
      await whole.fit(data, { seed: 1 });
      const parts = createModel(sgd, params, task) as StochasticGradientDescent;
      await parts.partialFit(data, { seed: 1 });
      await parts.partialFit(data, { seed: 1 });
      assert.deepEqual(parts.save().arrays, whole.save().arrays);
      const first = createModel(sgd, { ...params, max_iter: 1 }, task);
      await first.fit(data, { seed: 1 });
      const second = createModel(sgd, { ...params, max_iter: 1 }, task);
      await second.fit(data, { seed: 1, initial: first.save() });
      assert.deepEqual(second.save().arrays, whole.save().arrays);
    }
  });

  it('learns rows that arrive over time', async () => {
    const data = sampleDataset('multiclass', { rows: 900 });
    const model = createModel(sgd, { alpha: 0.001 }, 'multiclass') as StochasticGradientDescent;
    for (let from = 0; from < 800; from += 200) {
      await model.partialFit(slice(data, from, from + 200), { seed: from });
    }
    const test = slice(data, 800, 900);
    const right = model.predict(test.x).values.filter((label, i) => label === test.y[i]).length;
    assert.ok(right >= 70, `${right} of 100 are right`);
  });

  it('gives the predicted class probability 1 where the loss knows no probabilities', async () => {
    const data = sampleDataset('multiclass');
    const model = createModel(sgd, { loss: 'hinge', max_iter: 5 }, 'multiclass');
    await model.fit(data, { seed: 1 });
    const { values, probabilities } = model.predict(data.x);
    values.forEach((label, i) => {
      assert.equal(probabilities![i * 3 + label], 1);
    });
  });

  it('refuses the losses of the other task', () => {
    assert.throws(
      () => createModel(sgd, { loss: 'hinge' }, 'regression'),
      /params\.loss is "hinge", but for regression/,
    );
    assert.throws(() => createModel(sgd, { loss: 'huber' }, 'binary'), /must be one of hinge, log_loss/);
  });
});
