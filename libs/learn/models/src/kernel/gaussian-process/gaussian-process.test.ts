import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkModel } from '../../checks/check-model.js';
import { sampleDataset, slice } from '../../checks/sample-data.js';
import { createModel } from '../../definition.js';
import { gaussianProcess } from './gaussian-process.js';

checkModel({ ...gaussianProcess, tasks: ['regression'] }, { params: { max_iter: 3 } });
checkModel({ ...gaussianProcess, tasks: ['binary', 'multiclass'] }, { params: { optimizer: 'none' } });

describe('gaussian process', () => {
  const whole = sampleDataset('regression', { rows: 160 });
  const data = slice(whole, 0, 120);
  const test = slice(whole, 120, 160);

  it('of weighted rows is that of repeated rows', async () => {
    for (const task of ['regression', 'binary'] as const) {
      const rows = sampleDataset(task, { rows: 60 });
      const twice = [...Array(60).keys()].flatMap((i) => (i < 20 ? [] : i < 40 ? [i] : [i, i]));
      const repeated = {
        ...rows,
        y: Float64Array.from(twice, (i) => rows.y[i]!),
        x: {
          ...rows.x,
          rows: twice.length,
          data: Float32Array.from(twice.flatMap((i) => [...rows.x.data.subarray(i * 5, i * 5 + 5)])),
        },
      };
      const weighted = { ...rows, weight: Float64Array.from({ length: 60 }, (_, i) => (i < 20 ? 0 : i < 40 ? 1 : 2)) };
      const models = [];
      for (const train of [weighted, repeated]) {
        const model = createModel(gaussianProcess, { max_iter: 5, alpha: 1e-4 }, task);
        await model.fit(train, { seed: 1 });
        models.push(model);
      }
      const [a, b] = models.map((model) => model.predict(test.x));
      const [left, right] = [a!.probabilities ?? a!.values, b!.probabilities ?? b!.values];
      left.forEach((value, i) => {
        assert.ok(Math.abs(value - right[i]!) < 1e-5, `row ${i}: ${value} is ${right[i]}`);
      });
    }
  });

  it('through inducing points is near the exact one, and says which it is', async () => {
    const fitted = async (params: Record<string, unknown>) => {
      const model = createModel(gaussianProcess, { max_iter: 5, ...params }, 'regression');
      await model.fit(data, { seed: 3 });
      return model;
    };
    const exact = await fitted({ method: 'exact' });
    const all = await fitted({ method: 'sparse', n_inducing: 120 });
    const few = await fitted({ method: 'sparse', n_inducing: 40 });
    assert.equal(exact.save().manifest.method, 'exact');
    assert.equal(few.save().manifest.method, 'sparse');
    assert.equal(few.save().arrays.dual0!.length, 40);
    const known = exact.predictUncertainty!(test.x);
    for (const [model, tolerance] of [
      [all, 1e-4],
      [few, 0.3],
    ] as const) {
      const found = model.predictUncertainty!(test.x);
      known.mean.forEach((mean, i) => {
        assert.ok(Math.abs(found.mean[i]! - mean) < tolerance, `mean ${found.mean[i]} is ${mean}`);
      });
      known.variance.forEach((variance, i) => {
        assert.ok(Math.abs(found.variance[i]! - variance) < tolerance, `variance ${found.variance[i]} is ${variance}`);
      });
    }
  });

  it('knows less far from the rows, and its intervals hold most targets', async () => {
    const model = createModel(gaussianProcess, { max_iter: 10 }, 'regression');
    await model.fit(data, { seed: 1 });
    const { lower, upper, variance } = model.predictUncertainty!(test.x, 0.9);
    const held = test.y.filter((y, i) => y >= lower[i]! && y <= upper[i]!).length;
    assert.ok(held >= 30, `${held} of 40 lie in the interval`);
    const far = model.predictUncertainty!({ ...test.x, data: test.x.data.map((value) => value + 50) });
    assert.ok(Math.min(...far.variance) > Math.max(...variance));
  });

  it('says how much memory too many rows need, before it takes any', async () => {
    const rows = 30_000;
    const x = { rows, cols: 1, names: ['x'], data: new Float32Array(rows) };
    const y = Float64Array.from({ length: rows }, (_, i) => i % 2);
    const exact = createModel(gaussianProcess, { method: 'exact' }, 'regression');
    await assert.rejects(exact.fit({ task: 'regression', x, y }, { seed: 1 }), /needs 18\.0 GB of memory/);
    const classifier = createModel(gaussianProcess, {}, 'binary');
    const data = { task: 'binary', x, y, classes: ['a', 'b'] } as const;
    await assert.rejects(classifier.fit(data, { seed: 1 }), /would need 25\.2 GB of memory: use at most 5000 rows/);
  });
});
