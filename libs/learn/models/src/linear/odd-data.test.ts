import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dataset, Task } from '@trainyard/data';
import { sampleDataset } from '../checks/sample-data.js';
import { hasCode } from '../checks/subject.js';
import { createModel } from '../definition.js';
import type { ModelDefinition } from '../model.js';
import { elasticNet, lasso } from './elastic-net.js';
import { linear, ridge } from './linear.js';
import { logistic } from './logistic.js';
import { sgd } from './sgd.js';

async function fitted(definition: ModelDefinition, data: Dataset, params: Record<string, unknown> = {}) {
  const model = createModel(definition, params, data.task);
  const metrics = await model.fit(data, { seed: 1 });
  return { model, metrics };
}

function meanError(found: Float64Array, expected: Float64Array): number {
  return found.reduce((sum, value, i) => sum + Math.abs(value - expected[i]!), 0) / found.length;
}

describe('linear models of odd data', () => {
  it('fit wide data exactly where nothing is penalised, and find the few features that matter', async () => {
    const data = sampleDataset('regression', { rows: 60, cols: 230 });
    const exact = await fitted(linear, data);
    assert.ok(meanError(exact.model.predict(data.x).values, data.y) < 1e-4);
    const { model } = await fitted(lasso, data, { alpha: 0.05 });
    const gain = model.importance!().gain;
    assert.ok(gain.filter((value) => value > 0).length < 60);
    assert.ok(gain[0]! > 0.1 && gain[1]! > 0.1);
    const binary = sampleDataset('binary', { rows: 60, cols: 230 });
    for (const penalty of ['l2', 'l1']) {
      const { values } = (await fitted(logistic, binary, { penalty })).model.predict(binary.x);
      assert.ok(meanError(values, binary.y) < 0.05);
    }
  });

  it('do not depend on the scale of a column where there is no penalty', async () => {
    for (const task of ['binary', 'regression'] as const) {
      const data = sampleDataset(task);
      const scales = [1e6, 1e-3, 1, 1, 1];
      const scaled = { ...data, x: { ...data.x, data: data.x.data.map((value, at) => value * scales[at % 5]!) } };
      const [definition, params] =
        task === 'binary' ? [logistic, { C: 1e3, penalty: 'none', max_iter: 20, tol: 1e-6 }] : [linear, {}];
      const plain = (await fitted(definition, data, params)).model.predict(data.x);
      const other = (await fitted(definition, scaled, params)).model.predict(scaled.x);
      if (task === 'regression') assert.ok(meanError(other.values, plain.values) < 1e-5);
      else assert.ok(meanError(other.values, plain.values) < 0.01);
    }
  });

  it('share the work among equal columns', async () => {
    const data = sampleDataset('regression');
    const doubled = { ...data.x, data: data.x.data.map((value, at) => (at % 5 === 4 ? data.x.data[at - 4]! : value)) };
    for (const [definition, params] of [
      [linear, {}],
      [ridge, { alpha: 0.1 }],
      [elasticNet, { alpha: 0.001, tol: 1e-10 }],
    ] as const) {
      const { model } = await fitted(definition, { ...data, x: doubled }, params);
      const w = model.save().arrays.coefficients as Float64Array;
      assert.ok(Math.abs(w[0]! - w[4]!) < 1e-3, `${definition.name}: ${w[0]} is ${w[4]}`);
      assert.ok(Math.abs(w[0]! + w[4]! - 2) < 0.05);
    }
  });
});

describe('linear models that go on from another', () => {
  it('are there at once when the other had converged', async () => {
    const cases: [ModelDefinition, Task, Record<string, unknown>][] = [
      [logistic, 'multiclass', {}],
      [logistic, 'binary', { penalty: 'l1', C: 0.1 }],
      [lasso, 'regression', { alpha: 0.01 }],
    ];
    for (const [definition, task, params] of cases) {
      const data = sampleDataset(task);
      const { model, metrics } = await fitted(definition, data, params);
      assert.ok(metrics.iterations > 0);
      const again = createModel(definition, params, task);
      const more = await again.fit(data, { seed: 1, initial: model.save() });
      assert.ok(more.iterations <= 1, `${definition.name}: ${more.iterations} iterations`);
      const other = sampleDataset(task, { cols: 4 });
      await assert.rejects(again.fit(other, { seed: 1, initial: model.save() }), hasCode('OPTION_UNSUPPORTED'));
    }
    const data = sampleDataset('regression');
    const { model } = await fitted(ridge, data);
    await assert.rejects(
      createModel(ridge, {}, 'regression').fit(data, { seed: 1, initial: model.save() }),
      hasCode('OPTION_UNSUPPORTED'),
    );
  });
});

describe('long fits of linear models', () => {
  for (const [definition, task, params] of [
    [logistic, 'multiclass', { tol: 1e-12, max_iter: 100_000 }],
    [logistic, 'binary', { tol: 1e-12, max_iter: 100_000, penalty: 'l1', C: 100 }],
    [sgd, 'regression', { tol: null, max_iter: 100_000 }],
  ] as const) {
    it(`${definition.name} ${task} lets timers run and stops soon after an abort`, async () => {
      const data = sampleDataset(task, { rows: 20_000, cols: 20 });
      const controller = new AbortController();
      let aborted = 0;
      setTimeout(() => {
        aborted = process.cpuUsage().user;
        controller.abort();
      }, 50);
      const model = createModel(definition, params, task);
      await assert.rejects(model.fit(data, { seed: 1, signal: controller.signal }), hasCode('ABORTED'));
      // CPU time, not wall time: other processes must not fail the test.
      const milliseconds = (process.cpuUsage().user - aborted) / 1000;
      assert.ok(aborted > 0 && milliseconds < 100, `${milliseconds} ms after the abort`);
    });
  }
});
