import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decodeHoldout,
  encodeBundle,
  encodeHoldout,
  evaluateHoldout,
  Predictor,
  scoreClusters,
  trainModel,
} from '../index.js';
import { FEATURES, sampleTable } from '../sample-table.js';

const table = sampleTable();
const dataset = { uri: 'memory', features: FEATURES };

describe('clustering', () => {
  it('needs no target: the model decides the task', async () => {
    const { report, holdout, bundle } = await trainModel({ model: 'kmeans', params: { k: 4 }, dataset }, { table });
    assert.equal(report.task, 'clustering');
    assert.equal(report.target, undefined);
    assert.match(report.decisions.join(), /task "auto" is clustering/);
    assert.ok(report.metrics.silhouette! > 0 && report.metrics.inertia! > 0);
    assert.ok(report.validationMetrics!.silhouette! > 0);
    assert.deepEqual(evaluateHoldout(decodeHoldout(encodeHoldout(holdout))).metrics, report.metrics);
    const predictor = Predictor.from(encodeBundle(bundle));
    const [first, second] = predictor.predictInstances([
      { size: 4, colour: 'blue', noise: 0 },
      { size: 4, colour: 'blue', noise: 0 },
    ]);
    assert.deepEqual(Object.keys(first!), ['prediction']);
    assert.ok(
      Number.isInteger(first!.prediction) && (first!.prediction as number) >= 0 && (first!.prediction as number) < 4,
    );
    assert.deepEqual(second, first);
    assert.deepEqual(predictor.predictTable(table).predictions.length, 400);
  });

  it('takes kmeans when the task alone is given', async () => {
    const { report } = await trainModel({ task: 'clustering', dataset }, { table });
    assert.equal(report.model, 'kmeans');
  });

  it('compares with a target that is given, and never learns from it', async () => {
    const request = { model: 'kmeans', params: { n_clusters: 3 } };
    const all = { uri: 'memory', exclude: ['day', 'shop', 'weight', 'late', 'price'] };
    const withTarget = await trainModel({ ...request, dataset: { ...all, target: 'grade' } }, { table });
    const without = await trainModel(
      { ...request, dataset: { ...all, exclude: [...all.exclude, 'grade'] } },
      { table },
    );
    assert.equal(withTarget.report.target, 'grade');
    assert.deepEqual(withTarget.report.features, FEATURES);
    assert.deepEqual(withTarget.holdout.values, without.holdout.values);
    const {
      adjusted_rand_score: rand,
      normalized_mutual_info_score: information,
      ...others
    } = withTarget.report.metrics;
    assert.ok(rand! > -1 && rand! <= 1 && information! >= 0 && information! <= 1);
    assert.deepEqual(others, without.report.metrics);
  });

  it('cross-validates', async () => {
    const request = { model: 'kmeans', params: { n_clusters: 3 }, dataset, validation: { folds: 3 } };
    const { report } = await trainModel(request, { table });
    assert.equal(report.crossValidation!.perFold.length, 3);
    assert.ok(report.crossValidation!.metrics.silhouette!.mean > 0);
  });

  it('is scored on other data, with a column to compare with or none', async () => {
    const { bundle } = await trainModel({ model: 'kmeans', params: { n_clusters: 3 }, dataset }, { table });
    const other = sampleTable(200, 9);
    assert.equal(scoreClusters(bundle, other).clusters!.metrics.adjusted_rand_score, undefined);
    assert.ok(scoreClusters(bundle, other, 'grade').clusters!.metrics.adjusted_rand_score! > 0);
  });

  it('refuses a supervised task for a clustering, and a supervised model without target', async () => {
    const wrong = trainModel(
      { model: 'kmeans', task: 'regression', dataset: { ...dataset, target: 'price' } },
      { table },
    );
    await assert.rejects(wrong, { code: 'TASK_UNSUPPORTED' });
    await assert.rejects(trainModel({ model: 'logistic', dataset }, { table }), { code: 'TARGET_MISSING' });
    const listed = { ...dataset, features: ['size', 'grade'], target: 'grade' };
    await assert.rejects(trainModel({ model: 'kmeans', dataset: listed }, { table }), { code: 'PARAMETER_INVALID' });
  });
});
