import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dataset } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { encodeArtifact } from '../codec.js';
import { lightgbm } from './lightgbm/lightgbm.js';
import { datasetOf, errorOf, fitLightGBM, mixedData } from './test-data.js';

const TASKS = ['binary', 'multiclass', 'regression'] as const;

describe('lightgbm on one thread and on two', () => {
  for (const histogram_precision of ['q32', 'q64', 'f64']) {
    for (const task of TASKS) {
      it(`gives the same bytes: ${task}, ${histogram_precision}`, async () => {
        const data = mixedData(task, 18_000);
        const params = {
          histogram_precision,
          n_estimators: 6,
          subsample: 0.9,
          subsample_freq: 2,
          colsample_bytree: 0.8,
        };
        const one = await fitLightGBM(data, params, { threads: 1 });
        const two = await fitLightGBM(data, params, { threads: 2 });
        assert.deepEqual(encodeArtifact(two.save()), encodeArtifact(one.save()));
      });
    }
  }
});

describe('lightgbm resumed', () => {
  for (const task of TASKS) {
    it(`with sampled rows and features gives the bytes of never stopping: ${task}`, async () => {
      const data = mixedData(task, 2000);
      const params = { n_estimators: 11, subsample: 0.7, subsample_freq: 3, colsample_bytree: 0.6 };
      const saved: ModelArtifact[] = [];
      const save = async (artifact: ModelArtifact): Promise<void> => void saved.push(artifact);
      const whole = await fitLightGBM(data, params, { checkpoint: { everyIterations: 4, save } });
      assert.equal(saved.length, 2);
      for (const resume of saved) {
        const resumed = await fitLightGBM(data, params, { checkpoint: { everyIterations: 100, save, resume } });
        assert.deepEqual(encodeArtifact(resumed.save()), encodeArtifact(whole.save()));
      }
      const other = fitLightGBM(
        data,
        { ...params, num_leaves: 7 },
        {
          checkpoint: { everyIterations: 4, save, resume: saved[0]! },
        },
      );
      await assert.rejects(other, { code: 'CHECKPOINT_MISMATCH' });
    });
  }
});

describe('lightgbm weights', () => {
  it('count like repeated rows', async () => {
    const row = (i: number): number[] => [i % 23, (i * 7) % 31, (i * 13) % 17, Math.sin(i % 23) + ((i * 7) % 31) / 9];
    const weight = Float64Array.from({ length: 400 }, (_, i) => i % 4);
    const weighted = datasetOf('regression', 400, row, { weight });
    const repeats = [...weight].flatMap((times, i) => Array.from({ length: times }, () => i));
    const repeated = datasetOf('regression', repeats.length, (i) => row(repeats[i]!));
    const params = { histogram_precision: 'f64', n_estimators: 20, min_child_samples: 0, num_leaves: 8 };
    const a = (await fitLightGBM(weighted, params)).predict(weighted.x).values;
    const b = (await fitLightGBM(repeated, params)).predict(weighted.x).values;
    a.forEach((value, i) => {
      assert.ok(Math.abs(value - b[i]!) < 1e-5, `${value} is ${b[i]}`);
    });
  });

  it('of 0 leave a row out, whatever is in it', async () => {
    const data = mixedData('regression', 600);
    const y = data.y.map((value, i) => (i < 500 ? value : 1e6));
    const weight = Float64Array.from(y, (_, i) => (i < 500 ? 1 : 0));
    const first: Dataset = {
      ...data,
      x: { ...data.x, rows: 500, data: data.x.data.slice(0, 500 * data.x.cols) },
      y: y.slice(0, 500),
    };
    const without = await fitLightGBM(first, { histogram_precision: 'f64' });
    const withZero = await fitLightGBM({ ...data, y, weight }, { histogram_precision: 'f64' });
    assert.deepEqual(withZero.predict(first.x), without.predict(first.x));
  });
});

describe('lightgbm on odd data', () => {
  it('three rows and one feature', async () => {
    for (const task of TASKS) {
      const data = datasetOf(task, 3, (i) => [i, i % 2]);
      const { values } = (await fitLightGBM(data)).predict(data.x);
      assert.ok(values.every(Number.isFinite));
    }
    const data = datasetOf('regression', 2, (i) => [i, i]);
    const learnt = await fitLightGBM(data, { min_child_samples: 1, min_child_weight: 0 });
    assert.ok(errorOf(learnt, data) < 1e-3, 'two rows are told apart when leaves of one row are allowed');
  });

  it('one class only', async () => {
    const data = datasetOf('binary', 50, (i) => [i, 1]);
    const { probabilities } = (await fitLightGBM(data)).predict(data.x);
    assert.ok(probabilities!.every((p, i) => (i % 2 ? p > 0.999 : p < 0.001)));
  });

  it('constant, all-missing and infinite columns', async () => {
    const data = datasetOf('regression', 300, (i) => {
      const infinite = i % 10 === 0 ? Number.POSITIVE_INFINITY : i % 10 === 1 ? Number.NEGATIVE_INFINITY : i;
      return [5, Number.NaN, infinite, i % 2 ? i : Number.NaN, i / 100];
    });
    const model = await fitLightGBM(data);
    assert.ok(errorOf(model, data) < 0.3, 'the variance is 0.75');
    assert.deepEqual([...model.importance!().gain.slice(0, 2)], [0, 0]);
    const constant = datasetOf('regression', 30, (i) => [5, Number.NaN, i]);
    const { values } = (await fitLightGBM(constant)).predict(constant.x);
    assert.ok(values.every((value) => Math.abs(value - 14.5) < 1e-6));
  });

  it('a target far from 0 loses no precision', async () => {
    const near = mixedData('regression', 1000);
    const far = { ...near, y: near.y.map((value) => value + 1e7) };
    const [a, b] = [errorOf(await fitLightGBM(near), near), errorOf(await fitLightGBM(far), far)];
    assert.ok(Math.abs(a - b) < 0.05 * a, `${a} is ${b}`);
  });

  it('a few targets far larger than the rest do not drown them', async () => {
    const data = datasetOf('regression', 20_000, (i, random) => {
      const x = random();
      return [x, random(), i % 5000 === 0 ? 1e4 : x > 0.5 ? 1 : 0];
    });
    const [q32, f64] = await Promise.all(
      ['q32', 'f64'].map(async (histogram_precision) => {
        const { values } = (await fitLightGBM(data, { histogram_precision })).predict(data.x);
        const error = values.reduce((sum, value, i) => sum + (i % 5000 === 0 ? 0 : (value - data.y[i]!) ** 2), 0);
        return error / data.x.rows;
      }),
    );
    assert.ok(q32! < 1.5 * f64! + 0.01, `${q32} is near ${f64}`);
  });

  it('targets that are no class, and categories that are no codes, are refused by row', async () => {
    const label = datasetOf('binary', 30, (i) => [i, i === 4 ? 2 : i % 2]);
    await assert.rejects(fitLightGBM(label), { code: 'TARGET_NOT_NUMERIC', where: { row: 5 } });
    const code = datasetOf('binary', 30, (i) => [i === 4 ? 0.5 : i, i % 2], { categorical: [true] });
    await assert.rejects(fitLightGBM(code), { code: 'FEATURE_INVALID', where: { row: 5, column: 'x0' } });
  });

  it('more than 65,535 categories are refused by the name of the column', async () => {
    const data = datasetOf('regression', 66_000, (i) => [i % 2, i, i % 5], { categorical: [false, true] });
    await assert.rejects(fitLightGBM(data), { code: 'FEATURE_INVALID', where: { column: 'x1' } });
  });

  it('damaged trees are refused', async () => {
    const data = mixedData('binary', 300);
    const artifact = (await fitLightGBM(data, { n_estimators: 2 })).save();
    const wrong = (name: string, change: (array: Int32Array) => unknown): ModelArtifact => {
      const copy = (artifact.arrays[name] as Int32Array).slice();
      change(copy);
      return { ...artifact, arrays: { ...artifact.arrays, [name]: copy } };
    };
    const damages = [
      wrong('left', (left) => left.fill(0)),
      wrong('feature', (feature) => feature.fill(99, 0, 1)),
      wrong('roots', (roots) => roots.fill(1 << 20, 1, 2)),
      wrong('categoryStart', (start) => start.fill(1000, 1, 2)),
    ];
    for (const damaged of damages) assert.throws(() => lightgbm.load(damaged), { code: 'ARTIFACT_INVALID' });
  });
});
