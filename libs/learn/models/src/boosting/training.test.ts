import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Dataset } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { decodeArtifact, encodeArtifact } from '../codec.js';
import type { FitMetric } from '../model.js';
import { lightgbm, xgboost } from './index.js';
import { kthLargest } from './sampling/kth-largest.js';
import { assertMonotone, datasetOf, errorOf, fitBoosted, fitLightGBM, mixedData } from './test-data.js';

const SAMPLED = {
  goss: [lightgbm, { data_sample_strategy: 'goss', learning_rate: 0.5, n_estimators: 11 }],
  dart: [lightgbm, { boosting_type: 'dart', drop_rate: 0.5, skip_drop: 0.1, n_estimators: 11 }],
  'dart, weights shared as in xgboost': [
    lightgbm,
    { boosting_type: 'dart', drop_rate: 0.5, xgboost_dart_mode: true, uniform_drop: true, n_estimators: 11 },
  ],
  "xgboost's dart": [
    xgboost,
    { booster: 'dart', rate_drop: 0.3, one_drop: true, normalize_type: 'forest', n_estimators: 11 },
  ],
  'columns by level and node, sampled rows': [
    xgboost,
    { colsample_bylevel: 0.7, colsample_bynode: 0.7, colsample_bytree: 0.8, subsample: 0.7, n_estimators: 11 },
  ],
  'monotone among free columns': [
    xgboost,
    { monotone_constraints: [0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0], n_estimators: 11 },
  ],
  'absolute error': [lightgbm, { objective: 'regression_l1', n_estimators: 11 }],
} as const;

describe('a fit on one thread, on two, and resumed gives the same bytes', () => {
  for (const [name, [definition, params]] of Object.entries(SAMPLED)) {
    for (const task of name === 'absolute error'
      ? (['regression'] as const)
      : (['multiclass', 'regression'] as const)) {
      it(`${name}: ${task}`, async () => {
        const data = mixedData(task, 2500);
        const validation = mixedData(task, 200);
        const saved: ModelArtifact[] = [];
        const save = async (artifact: ModelArtifact): Promise<void> => {
          saved.push(decodeArtifact(encodeArtifact(artifact)));
        };
        const common = { validation, earlyStopping: { rounds: 50 } };
        const whole = await fitBoosted(definition, data, params, {
          ...common,
          checkpoint: { everyIterations: 4, save },
        });
        const bytes = encodeArtifact(whole.save());
        assert.deepEqual(
          encodeArtifact((await fitBoosted(definition, data, params, { ...common, threads: 2 })).save()),
          bytes,
        );
        assert.equal(saved.length, 2);
        for (const resume of saved) {
          const again = { everyIterations: 100, save, resume };
          const resumed = await fitBoosted(definition, data, params, { ...common, checkpoint: again });
          assert.deepEqual(encodeArtifact(resumed.save()), bytes);
        }
        if (task === 'regression') assert.ok(errorOf(whole, data) < 1, `${errorOf(whole, data)}`);
      });
    }
  }
});

describe('dart', () => {
  it('keeps the values that the trees had at the best round', async () => {
    const data = mixedData('regression', 600);
    const noise: Dataset = { ...data, y: data.y.map((_, i) => data.y[(i * 37 + 11) % 600]!) };
    const losses: number[] = [];
    const params = { boosting_type: 'dart', drop_rate: 0.5, skip_drop: 0, n_estimators: 15, learning_rate: 0.3 };
    const model = await fitLightGBM(data, params, {
      validation: noise,
      earlyStopping: { rounds: 100 },
      onProgress: ({ validationLoss }) => void losses.push(validationLoss!),
    });
    const best = Math.min(...losses);
    assert.ok(losses.at(-1)! > best);
    assert.ok(Math.abs(errorOf(model, noise) - best) < 1e-4, `${errorOf(model, noise)} is ${best}`);
  });
});

describe('monotone constraints', () => {
  for (const definition of [lightgbm, xgboost]) {
    for (const precision of ['q32', 'f64']) {
      it(`hold for every row in ${definition.name}, ${precision}`, async () => {
        const data = datasetOf('regression', 3000, (_, random) => {
          const [a, b, c] = [random(), random(), random()];
          return [a, b, c, Math.sin(9 * a) + 2 * a - b + Math.cos(7 * b) * c + random()];
        });
        const params = { monotone_constraints: [1, -1, 0], histogram_precision: precision, n_estimators: 30 };
        const model = await fitBoosted(definition, data, params);
        assertMonotone(model, data, ({ values }, row) => values[row]!);
        assert.ok(errorOf(model, data) < 0.6);
      });
    }
  }

  it('must be one a column, and not on categories', async () => {
    const data = mixedData('regression', 100);
    const constraints = (at: number): number[] => data.x.names.map((_, j) => (j === at ? 1 : 0));
    await assert.rejects(fitLightGBM(data, { monotone_constraints: [1] }), { code: 'PARAMETER_INVALID' });
    await assert.rejects(fitLightGBM(data, { monotone_constraints: constraints(3) }), {
      code: 'PARAMETER_INVALID',
      where: { field: 'params.monotone_constraints', column: 'x3' },
    });
  });
});

describe('continuing a model', () => {
  for (const task of ['binary', 'multiclass', 'regression'] as const) {
    it(`gives the model of all rounds at once, sampled or not: ${task}`, async () => {
      const data = mixedData(task, 1500);
      const params = { subsample: 0.8, colsample_bytree: 0.7, colsample_bynode: 0.8, n_estimators: 6 };
      const first = await fitBoosted(xgboost, data, params);
      const more = await fitBoosted(xgboost, data, params, { initial: decodeArtifact(encodeArtifact(first.save())) });
      const whole = await fitBoosted(xgboost, data, { ...params, n_estimators: 12 });
      assert.deepEqual(more.predict(data.x), whole.predict(data.x));
      assert.deepEqual(more.save().arrays, whole.save().arrays);
    });
  }

  it('on new categories keeps what the old trees knew, and learns the new', async () => {
    const old = datasetOf('regression', 900, (i) => [i % 6, i % 6 < 3 ? 5 : 0], { categorical: [true] });
    const next = datasetOf('regression', 900, (i) => [4 + (i % 6), i % 2 ? 9 : 1], { categorical: [true] });
    const params = { min_data_per_group: 5, cat_l2: 0, cat_smooth: 1, n_estimators: 20, learning_rate: 0.5 };
    const first = await fitLightGBM(old, params);
    const more = await fitLightGBM(next, params, { initial: first.save() });
    assert.ok(errorOf(more, next) < 0.1, `${errorOf(more, next)}`);
    const before = { ...old.x, rows: 4, data: Float32Array.of(0, 1, 2, 3) };
    const grown = lightgbm.load(more.save()).predict(before).values;
    assert.equal(grown[0], grown[1]);
  });

  it('with early stopping and checkpoints gives the bytes of never stopping', async () => {
    const data = mixedData('binary', 800);
    const initial = (await fitLightGBM(data, { n_estimators: 3 })).save();
    const saved: ModelArtifact[] = [];
    const save = async (artifact: ModelArtifact): Promise<void> => void saved.push(artifact);
    const whole = await fitLightGBM(data, { n_estimators: 7 }, { initial, checkpoint: { everyIterations: 3, save } });
    const resume = { everyIterations: 100, save, resume: saved[0]! };
    const resumed = await fitLightGBM(data, { n_estimators: 7 }, { initial, checkpoint: resume });
    assert.deepEqual(encodeArtifact(resumed.save()), encodeArtifact(whole.save()));
  });

  it('of another kind, task, columns or objective is refused', async () => {
    const data = mixedData('regression', 200);
    const initial = (await fitLightGBM(data, { n_estimators: 2 })).save();
    const refused = { code: 'OPTION_UNSUPPORTED' };
    await assert.rejects(fitBoosted(xgboost, data, {}, { initial }), refused);
    await assert.rejects(fitLightGBM(mixedData('binary', 200), {}, { initial }), refused);
    await assert.rejects(fitLightGBM(mixedData('regression', 200, 11), {}, { initial }), refused);
    await assert.rejects(fitLightGBM(data, { objective: 'huber' }, { initial }), refused);
  });
});

describe('early stopping on a metric', () => {
  it('keeps the round at which the metric, not the loss, was best', async () => {
    const data = mixedData('binary', 800);
    const seen: number[] = [];
    const metric: FitMetric = {
      name: 'distance from round 4',
      greaterIsBetter: true,
      score: ({ values, probabilities, classes }, { y }) => {
        assert.equal(probabilities!.length, y.length * classes!);
        assert.equal(values.length, y.length);
        seen.push(seen.length + 1);
        return -Math.abs(seen.length - 4);
      },
    };
    const options = { validation: data, earlyStopping: { rounds: 3, metric } };
    const model = await fitLightGBM(data, { n_estimators: 50 }, options);
    assert.equal(seen.length, 7);
    assert.equal(model.save().arrays.roots!.length, 4);
  });

  it('rates the predictions that the model makes', async () => {
    const data = mixedData('multiclass', 600);
    let last: Float64Array | undefined;
    const score: FitMetric['score'] = ({ probabilities }) => {
      last = probabilities!.slice();
      return 0;
    };
    const metric = { name: 'watch', greaterIsBetter: false, score };
    const options = { validation: data, earlyStopping: { rounds: 100, metric } };
    const params = { n_estimators: 5 };
    await fitBoosted(xgboost, data, params, options);
    const expected = (await fitBoosted(xgboost, data, params)).predict(data.x).probabilities!;
    assert.ok(expected.every((p, i) => Math.abs(p - last![i]!) < 1e-12));
  });
});

describe('class weights', () => {
  it('balanced is the sample weight n / (k n_c)', async () => {
    const data = datasetOf('multiclass', 600, (i, random) => [random(), i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2]);
    const counts = [420, 120, 60];
    const weight = Float64Array.from(data.y, (y) => 600 / (3 * counts[y]!));
    const balanced = await fitLightGBM(data, { class_weight: 'balanced', n_estimators: 5 });
    const weighted = await fitLightGBM({ ...data, weight }, { n_estimators: 5 });
    assert.deepEqual(balanced.predict(data.x), weighted.predict(data.x));
    const regression = mixedData('regression', 50);
    await assert.rejects(fitLightGBM(regression, { class_weight: 'balanced' }), { code: 'PARAMETER_INVALID' });
  });
});

describe('saved models', () => {
  it('version 1 predicts as it did', () => {
    const file = (name: string) => readFileSync(new URL(`../../src/fixtures/${name}`, import.meta.url));
    const golden = JSON.parse(file('lightgbm-v1.json').toString('utf8'));
    const model = lightgbm.load(decodeArtifact(file('lightgbm-v1.model')));
    const names = Array.from({ length: 5 }, (_, j) => `x${j}`);
    const data = Float32Array.from(golden.x, (value: number | null) => value ?? Number.NaN);
    assert.deepEqual([...model.predict({ rows: 8, cols: 5, names, data }).probabilities!], golden.probabilities);
  });

  it('with a link that is not of the task are refused', async () => {
    const artifact = (await fitLightGBM(mixedData('binary', 100), { n_estimators: 1 })).save();
    const wrong = { ...artifact, manifest: { ...artifact.manifest, link: 'log' } };
    assert.throws(() => lightgbm.load(wrong), { code: 'ARTIFACT_INVALID' });
  });
});

describe('the k-th largest', () => {
  it('is that of the sorted values', () => {
    const values = Float32Array.from({ length: 101 }, (_, i) => ((i * 37) % 50) / 7);
    const rows = Uint32Array.from({ length: 90 }, (_, i) => i + 5);
    const sorted = [...rows].map((row) => values[row]!).sort((a, b) => b - a);
    for (const k of [1, 2, 30, 89, 90]) assert.equal(kthLargest(values, rows, k), sorted[k - 1]);
  });
});

describe('a fit that is aborted', () => {
  it('ends between the trees of a round', async () => {
    const data = mixedData('multiclass', 30_000, 40);
    const controller = new AbortController();
    let rounds = 0;
    const running = fitLightGBM(
      data,
      { n_estimators: 1000, num_leaves: 255 },
      {
        signal: controller.signal,
        onProgress: () => void rounds++,
      },
    );
    const aborted = await new Promise<number>((resolve) => {
      setTimeout(() => {
        controller.abort();
        resolve(performance.now());
      }, 300);
    });
    await assert.rejects(running, { code: 'ABORTED' });
    assert.ok(rounds < 1000 && performance.now() - aborted < 1000, `${performance.now() - aborted} ms`);
  });
});
