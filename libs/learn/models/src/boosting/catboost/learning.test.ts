import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Dataset } from '@trainyard/data';
import { encodeArtifact } from '../../codec.js';
import { createModel } from '../../definition.js';
import type { CustomObjective, FitOptions, Model } from '../../model.js';
import { datasetOf, errorOf, mixedData } from '../test-data.js';
import { catboost } from './catboost.js';

async function fit(data: Dataset, params: Record<string, unknown>, options: Partial<FitOptions> = {}): Promise<Model> {
  const model = createModel(catboost, { iterations: 30, learning_rate: 0.2, ...params }, data.task);
  await model.fit(data, { seed: 7, ...options });
  return model;
}

const PLAIN = { bootstrap_type: 'No', random_strength: 0 };

describe('catboost learns', () => {
  for (const task of ['binary', 'multiclass', 'regression'] as const) {
    it(`from numbers, missing values and categories together: ${task}`, async () => {
      const data = mixedData(task, 1500);
      const model = await fit(data, { iterations: 80 });
      const spread = data.y.reduce((sum, y) => sum + (y - 0.1) ** 2, 0) / data.y.length;
      const limit = task === 'regression' ? 0.25 * spread : 0.2;
      assert.ok(errorOf(model, data) < limit, `error ${errorOf(model, data)} is under ${limit}`);
      const importance = model.importance!();
      assert.ok(Math.abs(importance.gain.reduce((a, b) => a + b) - 100) < 1e-9);
      assert.ok(importance.gain[3]! > importance.gain[8]!, 'the category outranks noise');
    });
  }

  it('finds nothing in a random category of high cardinality: a row does not see its own target', async () => {
    const random = createRandom(5);
    const make = () =>
      datasetOf('binary', 1200, () => [Math.floor(random.next() * 400), random.next(), random.next() < 0.5 ? 0 : 1], {
        categorical: [true, false],
      });
    const model = await fit(make(), { iterations: 60, depth: 4 });
    const train = make();
    const error = errorOf(model, train);
    assert.ok(error > 0.44, `a model of noise is right about half of the time, not wrong in only ${error}`);
    // With each row's own target in its statistic the training error would be near 0 and the loss far below ln 2.
    const metrics = await createModel(catboost, { iterations: 60, depth: 4, learning_rate: 0.2 }, 'binary').fit(
      make(),
      {
        seed: 7,
      },
    );
    assert.ok(metrics.trainLoss > 0.55, `training loss ${metrics.trainLoss}`);
  });

  it('learns the effect of hundreds of categories, and gives unseen ones the prior', async () => {
    const effect = (code: number): number => ((code * 7919) % 13) / 6 - 1;
    const data = datasetOf(
      'regression',
      4000,
      (_, random) => {
        const code = Math.floor(random() * 200);
        return [code, random(), effect(code) + (random() - 0.5) * 0.2];
      },
      { categorical: [true, false] },
    );
    const model = await fit(data, { iterations: 100 });
    const mean = data.y.reduce((a, b) => a + b) / data.y.length;
    const variance = data.y.reduce((sum, y) => sum + (y - mean) ** 2, 0) / data.y.length;
    assert.ok(errorOf(model, data) < 0.2 * variance, `${errorOf(model, data)} of ${variance}`);
    const strange = { ...data.x, rows: 3, data: Float32Array.of(100_000, 0.5, 999, 0.5, 0.25, 0.5) };
    const { values } = model.predict(strange);
    assert.equal(values[0], values[1]);
    assert.equal(values[0], values[2]);
    assert.ok(Math.abs(values[0]! - mean) < 1.5);
  });

  it('splits a column of few categories one against the rest', async () => {
    const data = datasetOf('binary', 600, (i, random) => [i % 5, random(), i % 5 === 2 ? 1 : 0], {
      categorical: [true, false],
    });
    const model = await fit(data, { one_hot_max_size: 5, ...PLAIN });
    assert.equal(errorOf(model, data), 0);
    assert.deepEqual([...(model.save().arrays.kind as Uint8Array)].slice(-1), [2]);
  });
});

describe('catboost keeps its word', () => {
  it('a weight of 3 is a row given three times', async () => {
    const data = datasetOf('multiclass', 300, (_, random) => {
      const values = Array.from({ length: 3 }, () => Math.round(random() * 20) / 10 - 1);
      const score = values[0]! + values[1]! * values[2]!;
      return [...values, score > 0.3 ? 2 : score < -0.3 ? 0 : 1];
    });
    const weight = Float64Array.from(data.y, (_, i) => (i % 4 === 0 ? 3 : i % 7 === 0 ? 0 : 1));
    const rows = Array.from(weight, (w, i) => Array.from({ length: w }, () => i)).flat();
    const repeated = {
      ...data,
      x: {
        ...data.x,
        rows: rows.length,
        data: Float32Array.from(rows.flatMap((i) => [...data.x.data.slice(i * 3, i * 3 + 3)])),
      },
      y: Float64Array.from(rows, (i) => data.y[i]!),
    };
    // With fewer values than borders, the borders lie between the values, whatever their weights.
    const a = (await fit({ ...data, weight }, { ...PLAIN, border_count: 254 })).predict(data.x);
    const b = (await fit(repeated, { ...PLAIN, border_count: 254 })).predict(data.x);
    const worst = a.probabilities!.reduce((most, p, i) => Math.max(most, Math.abs(p - b.probabilities![i]!)), 0);
    assert.ok(worst < 1e-4, `worst difference ${worst}`);
  });

  it('continued from a model of half the trees, is the model of all of them', async () => {
    const data = datasetOf('regression', 500, (_, random) => {
      const values = [random(), random(), random()];
      return [...values, values[0]! * values[1]! + Math.abs(values[2]! - 0.5)];
    });
    const whole = await fit(data, { iterations: 20, ...PLAIN });
    const half = await fit(data, { iterations: 10, ...PLAIN });
    const rest = await fit(data, { iterations: 10, ...PLAIN }, { initial: half.save() });
    const a = whole.predict(data.x).values;
    const b = rest.predict(data.x).values;
    const worst = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
    assert.ok(worst < 1e-5, `worst difference ${worst}`);
    assert.equal((rest.save().arrays.depth as Int32Array).length, 20);
  });

  it('has the same bytes with categories and ordered boosting on one thread and on three', async () => {
    const data = mixedData('multiclass', 3000);
    const params = { iterations: 6, boosting_type: 'Ordered' };
    const one = await fit(data, params, { threads: 1 });
    const three = await fit(data, params, { threads: 3 });
    assert.deepEqual(encodeArtifact(three.save()), encodeArtifact(one.save()));
  });

  it('watches another metric than its loss when asked to stop early', async () => {
    const data = mixedData('binary', 600);
    const seen: number[] = [];
    const metric = {
      name: 'first best',
      greaterIsBetter: true,
      score: () => {
        seen.push(seen.length);
        return seen.length === 3 ? 1 : 0;
      },
    };
    const model = createModel(catboost, { iterations: 30, learning_rate: 0.2 }, 'binary');
    const metrics = await model.fit(data, { seed: 1, validation: data, earlyStopping: { rounds: 4, metric } });
    assert.equal(metrics.bestIteration, 3);
    assert.equal(metrics.iterations, 7);
  });

  it('grows trees of more leaves than histograms fit, and predicts one row as many', async () => {
    const data = mixedData('binary', 800, 4);
    const model = await fit(data, { iterations: 3, depth: 12 });
    const many = model.predict(data.x).probabilities!;
    const one = model.predict({ ...data.x, rows: 1, data: data.x.data.slice(0, 4) }).probabilities!;
    assert.deepEqual([...one], [...many.subarray(0, 2)]);
    assert.ok(errorOf(model, data) < 0.2);
  });

  it('minimises a loss of the caller as it does its own', async () => {
    const data = datasetOf('binary', 400, (_, random) => {
      const values = [random(), random()];
      return [...values, values[0]! + 0.3 * random() > 0.6 ? 1 : 0];
    });
    const objective: CustomObjective = {
      name: 'log loss',
      loss: (scores, { y }) =>
        scores.reduce((sum, s, i) => sum + Math.log1p(Math.exp(s)) - y[i]! * s, 0) / scores.length,
      gradients: (scores, { y }, gradient, hessian) => {
        for (let i = 0; i < scores.length; i++) {
          const p = 1 / (1 + Math.exp(-scores[i]!));
          gradient[i] = p - y[i]!;
          hessian[i] = p * (1 - p);
        }
      },
    };
    const params = { ...PLAIN, iterations: 10, leaf_estimation_iterations: 3 };
    const own = (await fit(data, params)).predict(data.x).probabilities!;
    const given = (await fit(data, params, { objective, validation: data })).predict(data.x).probabilities!;
    const worst = own.reduce((most, p, i) => Math.max(most, Math.abs(p - given[i]!)), 0);
    assert.ok(worst < 1e-4, `worst difference ${worst}`);
    await assert.rejects(fit(mixedData('multiclass', 60), {}, { objective }), /one score a row/);
  });

  it('names a target that its loss cannot take', async () => {
    const data = datasetOf('regression', 20, (i, random) => [random(), i === 4 ? -1 : 1]);
    await assert.rejects(fit(data, { loss_function: 'Poisson' }), /row 5 is -1, but Poisson needs/);
    assert.throws(() => createModel(catboost, { loss_function: 'Logloss' }, 'regression'), /for binary tasks/);
  });
});
