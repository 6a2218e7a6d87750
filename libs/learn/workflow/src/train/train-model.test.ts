import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NumericColumn, Table } from '@trainyard/data';
import { type ModelArtifact, throwIfAborted } from '@trainyard/models';
import {
  decodeBundle,
  decodeHoldout,
  encodeBundle,
  encodeHoldout,
  evaluateHoldout,
  objectiveValue,
  type TrainProgress,
  type TrainRequest,
  trainModel,
} from '../index.js';
import { FEATURES, sampleTable } from '../sample-table.js';

const table = sampleTable();

function request(target: string, more: Partial<TrainRequest> = {}): TrainRequest {
  const dataset = { uri: 'memory', target, features: FEATURES, ...more.dataset };
  return { model: 'logistic', ...more, dataset };
}

describe('trainModel', () => {
  it('trains, scores and reports a binary classification', async () => {
    const { report, holdout } = await trainModel(request('late'), { table });
    assert.equal(report.task, 'binary');
    assert.deepEqual(report.classes, ['no', 'yes']);
    assert.deepEqual(report.features, FEATURES);
    assert.deepEqual(report.rows, { total: 400, used: 400, train: 256, validation: 64, test: 80 });
    assert.ok(report.metrics.roc_auc! > 0.95, `roc_auc ${report.metrics.roc_auc}`);
    assert.ok(report.trainAccuracy! > 0.85 && report.validationMetrics!.accuracy! > 0.85);
    assert.equal(Object.keys(report.importance)[0], 'size');
    assert.equal(holdout.yTrue.length, 80);
    assert.deepEqual(evaluateHoldout(holdout).metrics, report.metrics);
    assert.match(report.decisions.join(' '), /task "auto" is binary/);
    const share = (y: Float64Array) => y.reduce((a, b) => a + b) / y.length;
    const late =
      table.columns[3]!.kind === 'categorical' ? Float64Array.from(table.columns[3]!.codes) : new Float64Array(0);
    assert.ok(Math.abs(share(holdout.yTrue) - share(late)) < 0.02, 'the holdout is stratified');
  });

  it('does multiclass and regression', async () => {
    const multi = await trainModel(request('grade'), { table });
    assert.equal(multi.report.task, 'multiclass');
    assert.ok(multi.report.metrics.accuracy! > 0.7);
    const { report } = await trainModel(request('price', { model: 'ridge' }), { table });
    assert.equal(report.task, 'regression');
    assert.ok(report.metrics.r2! > 0.8, `r2 ${report.metrics.r2}`);
  });

  it('gives the same bytes for the same seed and others for another', async () => {
    const bytes = async (seed: number) => {
      const { bundle, holdout } = await trainModel(request('late', { seed }), { table });
      return Buffer.concat([encodeBundle(bundle), encodeHoldout(holdout)]);
    };
    const first = await bytes(1);
    assert.ok(first.equals(await bytes(1)));
    assert.ok(!first.equals(await bytes(2)));
  });

  it('survives its codecs', async () => {
    const { bundle, holdout } = await trainModel(request('late', { dataset: { uri: '', weight: 'weight' } }), {
      table,
    });
    assert.deepEqual(decodeHoldout(encodeHoldout(holdout)), holdout);
    assert.equal(holdout.weight!.length, 80);
    const again = decodeBundle(encodeBundle(bundle));
    assert.deepEqual(encodeBundle(again), encodeBundle(bundle));
    assert.deepEqual([again.modelName, again.classes], ['logistic', ['no', 'yes']]);
  });

  it('takes lightgbm for auto, stops it early, and resumes it', async () => {
    const auto = request('late', { model: 'auto', earlyStopping: { rounds: 5 }, params: { min_child_samples: 5 } });
    const saved: ModelArtifact[] = [];
    const save = async (artifact: ModelArtifact) => void saved.push(artifact);
    const { report, bundle } = await trainModel(auto, { table, checkpoint: { everyIterations: 4, save } });
    assert.equal(report.model, 'lightgbm');
    assert.match(report.decisions.join(' '), /model "auto" is lightgbm/);
    assert.ok(report.training.earlyStopped && report.training.bestIteration < report.training.iterations);
    assert.ok(report.metrics.roc_auc! > 0.95, `roc_auc ${report.metrics.roc_auc}`);
    assert.equal(Object.keys(report.importance)[0], 'size');
    const checkpoint = { everyIterations: 1000, save, resume: saved[0]! };
    const resumed = await trainModel(auto, { table, checkpoint, threads: 2 });
    assert.deepEqual(encodeBundle(resumed.bundle), encodeBundle(bundle));
  });

  it('holds out the latest rows when a time is given', async () => {
    const timed = request('price', { model: 'linear', dataset: { uri: '', time: 'day' } });
    const { report, holdout } = await trainModel(timed, { table });
    assert.equal(report.validation.strategy, 'time_series');
    const day = (table.columns[6] as NumericColumn).values;
    const price = (table.columns[5] as NumericColumn).values;
    const latest = new Set([...day.keys()].filter((row) => day[row]! >= 320).map((row) => price[row]));
    assert.ok(holdout.yTrue.every((value) => latest.has(value)));
  });

  it('cross-validates on the training part and keeps the test rows out', async () => {
    for (const [strategy, model, target] of [
      ['kfold', 'ridge', 'price'],
      ['stratified', 'logistic', 'late'],
      ['group', 'logistic', 'late'],
      ['time_series', 'ridge', 'price'],
      ['purged', 'ridge', 'price'],
      ['walk_forward', 'ridge', 'price'],
      ['monte_carlo', 'ridge', 'price'],
    ] as const) {
      const validation = { strategy, folds: 4 };
      const dataset = { uri: '', group: 'shop', time: 'day' };
      const { report } = await trainModel(request(target, { model, validation, dataset }), { table });
      const { folds, metrics, perFold } = report.crossValidation!;
      const metric = target === 'price' ? 'rmse' : 'accuracy';
      assert.equal(folds, 4);
      assert.equal(perFold.length, 4);
      const values = perFold.map((fold) => fold[metric]!);
      const mean = values.reduce((a, b) => a + b) / 4;
      assert.ok(Math.abs(metrics[metric]!.mean - mean) < 1e-12);
      assert.ok(metrics[metric]!.std > 0);
      assert.equal(objectiveValue(report, metric), metrics[metric]!.mean);
    }
  });

  it('reports progress that rises from 0 to 1 through the stages', async () => {
    const seen: TrainProgress[] = [];
    const onProgress = (progress: TrainProgress) => void seen.push(progress);
    await trainModel(request('late', { validation: { strategy: 'kfold', folds: 3 } }), { table, onProgress });
    assert.equal(seen[0]!.fraction, 0);
    assert.equal(seen.at(-1)!.fraction, 1);
    seen.forEach((progress, i) => {
      assert.ok(i === 0 || progress.fraction >= seen[i - 1]!.fraction - 1e-12);
    });
    const stages = [...new Set(seen.map((progress) => progress.stage))];
    assert.deepEqual(stages, ['reading', 'preparing', 'cross_validating', 'fitting', 'scoring', 'done']);
    assert.ok(seen.some((progress) => progress.stage === 'fitting' && Number.isFinite(progress.validationLoss)));
  });

  it('stops when aborted and resumes from its checkpoint to the same model', async () => {
    const controller = new AbortController();
    const saved: ModelArtifact[] = [];
    const save = async (artifact: ModelArtifact) => {
      saved.push(artifact);
      controller.abort();
    };
    const started = trainModel(request('late'), {
      table,
      signal: controller.signal,
      checkpoint: { everyIterations: 3, save },
    });
    await assert.rejects(started, { code: 'ABORTED' });
    assert.throws(() => throwIfAborted(controller.signal), { code: 'ABORTED' });
    const checkpoint = { everyIterations: 1000, save, resume: saved[0]! };
    const resumed = await trainModel(request('late'), { table, checkpoint });
    const whole = await trainModel(request('late'), { table });
    assert.deepEqual(encodeBundle(resumed.bundle), encodeBundle(whole.bundle));
  });
});

describe('odd data', () => {
  const withColumn = (name: string, change: (values: Float64Array) => Float64Array): Table => ({
    ...table,
    columns: table.columns.map((column) =>
      column.name === name && column.kind === 'numeric' ? { ...column, values: change(column.values) } : column,
    ),
  });

  it('leaves out rows without a target, with a count', async () => {
    const holes = withColumn('price', (values) => values.map((value, i) => (i < 50 ? Number.NaN : value)));
    const { report } = await trainModel(request('price', { model: 'linear' }), { table: holes });
    assert.equal(report.rows.used, 350);
    assert.match(report.warnings.join(' '), /50 of 400 rows have no target/);
  });

  it('leaves out an empty column and an identifier, and says so', async () => {
    const id = { kind: 'categorical', name: 'id', codes: Int32Array.from({ length: 400 }, (_, i) => i) } as const;
    const categories = Array.from({ length: 400 }, (_, i) => `id-${i}`);
    const empty = { kind: 'numeric', name: 'empty', values: new Float64Array(400).fill(Number.NaN) } as const;
    const wider = { ...table, columns: [...table.columns, { ...id, categories }, empty] };
    const dataset = { uri: '', features: [], exclude: ['late', 'grade'] };
    const { report } = await trainModel(request('price', { model: 'linear', dataset }), { table: wider });
    assert.ok(!report.features.includes('id') && !report.features.includes('empty'));
    assert.match(report.warnings.join(' '), /"id" has another text.*"empty" is missing/);
  });

  const refusals: [string, string, Partial<TrainRequest>, Table?][] = [
    ['a target that is not there', 'COLUMN_NOT_FOUND', { dataset: { uri: '', target: 'lat' } }],
    ['a feature that is not there', 'COLUMN_NOT_FOUND', { dataset: { uri: '', features: ['siez'] } }],
    ['an excluded column that is not there', 'COLUMN_NOT_FOUND', { dataset: { uri: '', exclude: ['x'] } }],
    ['no target', 'TARGET_MISSING', { dataset: { uri: '', target: null } }],
    ['no features', 'NO_FEATURES', { dataset: { uri: '', exclude: FEATURES } }],
    ['an unknown model', 'MODEL_UNKNOWN', { model: 'logistics' }],
    ['several models', 'OPTION_UNSUPPORTED', { model: ['logistic', 'dummy'] }],
    ['an unknown parameter', 'PARAMETER_UNKNOWN', { params: { c: 1, D: 2 } }],
    ['a wrong parameter', 'PARAMETER_INVALID', { params: { C: -1 } }],
    ['a task not done yet', 'TASK_UNSUPPORTED', { task: 'forecast' }],
    ['a model that cannot do the task', 'TASK_UNSUPPORTED', { model: 'ridge' }],
    ['an unknown strategy', 'OPTION_UNSUPPORTED', { validation: { strategy: 'bootstrap' } }],
    ['a time strategy without time', 'PARAMETER_INVALID', { validation: { strategy: 'walk_forward' } }],
    ['folds of a holdout', 'PARAMETER_INVALID', { validation: { strategy: 'holdout', folds: 3 } }],
    ['a wrong share', 'PARAMETER_INVALID', { validation: { testSize: 1.2 } }],
    ['an embargo that nothing uses', 'OPTION_UNSUPPORTED', { validation: { embargo: 3 } }],
    ['created features', 'OPTION_UNSUPPORTED', { preprocessing: { create: ['ratios'] } }],
    ['selected features', 'OPTION_UNSUPPORTED', { preprocessing: { select: { method: 'rfe' } } }],
    ['an unknown scaling', 'PARAMETER_INVALID', { preprocessing: { scaling: 'log' } }],
    ['a horizon', 'OPTION_UNSUPPORTED', { horizon: 20 }],
    [
      'early stopping without validation rows',
      'PARAMETER_INVALID',
      { earlyStopping: { rounds: 5 }, validation: { validationSize: 0 } },
    ],
    ['a gate of another task', 'METRIC_UNKNOWN', { task: 'binary', gates: [{ metric: 'rmse', max: 1 }] }],
    ['a remote dataset', 'OPTION_UNSUPPORTED', { dataset: { uri: 's3://bucket/x.csv' } }],
    ['a missing file', 'FILE_NOT_FOUND', { dataset: { uri: '/no/such/file.csv' } }],
    ['a text weight', 'WEIGHT_INVALID', { dataset: { uri: '', weight: 'shop' } }],
    ['a missing weight', 'WEIGHT_INVALID', { dataset: { uri: '', weight: 'size' } }],
    ['a text time', 'PARAMETER_INVALID', { dataset: { uri: '', time: 'shop' } }],
    [
      'an infinite feature',
      'VALUE_INFINITE',
      {},
      withColumn('noise', (values) => values.map((v, i) => (i === 7 ? 1 / 0 : v))),
    ],
    [
      'a target that is all missing',
      'TARGET_ALL_MISSING',
      { dataset: { uri: '', target: 'price' } },
      withColumn('price', (v) => v.map(() => Number.NaN)),
    ],
    [
      'a target with one value',
      'TARGET_ONE_CLASS',
      { dataset: { uri: '', target: 'grade' } },
      withColumn('grade', (v) => v.map(() => 1)),
    ],
    [
      'thousands of classes',
      'TOO_MANY_CLASSES',
      { task: 'multiclass', dataset: { uri: '', target: 'price' } },
      sampleTable(1500),
    ],
    ['two rows', 'TOO_FEW_ROWS', {}, sampleTable(2, 4)],
  ];
  for (const [what, code, more, data = table] of refusals) {
    it(`refuses ${what}: ${code}`, async () => {
      const read = /remote|file/.test(what) ? {} : { table: data };
      await assert.rejects(trainModel(request('late', more), read), (error: { code?: string; message: string }) => {
        assert.equal(error.code, code, error.message);
        assert.ok(error.message.length > 20);
        return true;
      });
    });
  }

  it('names the nearest column', async () => {
    await assert.rejects(trainModel(request('lat'), { table }), /Did you mean "late"/);
  });
});
