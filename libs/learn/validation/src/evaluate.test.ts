import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { LearnError } from '@trainyard/data';
import { evaluate, METRICS, metricDirection } from './index.js';

/** Values that scikit-learn gave: fixtures/make.py. */
const peer = JSON.parse(readFileSync(new URL('../src/fixtures/metrics-sklearn.json', import.meta.url), 'utf8'));

function predictionsOf(entry: { p: number[]; k?: number }) {
  if (entry.k === undefined) return { values: Float64Array.from(entry.p) };
  const { p, k } = entry;
  const values = Float64Array.from({ length: p.length / k }, (_, i) => {
    const row = p.slice(i * k, (i + 1) * k);
    return row.indexOf(Math.max(...row));
  });
  return { values, probabilities: Float64Array.from(p), classes: k };
}

function evaluated(name: string) {
  const entry = peer[name];
  const task = name.startsWith('reg') ? 'regression' : name.startsWith('bin') ? 'binary' : 'multiclass';
  const classes = entry.k && Array.from({ length: entry.k }, (_, c) => `c${c}`);
  const weight = entry.weight ? Float64Array.from(entry.weight as number[]) : undefined;
  return evaluate(task, Float64Array.from(entry.y), predictionsOf(entry), classes, weight);
}

describe('evaluate gives what scikit-learn gives', () => {
  for (const name of [
    'binary',
    'binaryWeighted',
    'multiclass',
    'multiclassWeighted',
    'regression',
    'regressionWeighted',
  ]) {
    it(name, () => {
      const { metrics, confusionMatrix } = evaluated(name);
      for (const [metric, expected] of Object.entries(peer[name].metrics as Record<string, number>)) {
        assert.ok(Math.abs(metrics[metric]! - expected) < 1e-9, `${metric}: ${metrics[metric]} is not ${expected}`);
      }
      assert.deepEqual(Object.keys(metrics).sort(), Object.keys(peer[name].metrics).sort());
      for (const metric of Object.keys(metrics)) assert.ok(metric in METRICS);
      confusionMatrix?.matrix.forEach((row, i) => {
        row.forEach((count, j) => {
          assert.ok(Math.abs(count - peer[name].confusion[i][j]) < 1e-9);
        });
      });
    });
  }

  it('roc and precision-recall curves', () => {
    const { roc, pr } = evaluated('binary').curves!;
    assert.deepEqual(roc.fpr, peer.roc.fpr);
    assert.deepEqual(roc.tpr, peer.roc.tpr);
    assert.deepEqual(pr.precision, peer.pr.precision.slice(0, -1).reverse());
    assert.deepEqual(pr.recall, peer.pr.recall.slice(0, -1).reverse());
  });
});

describe('evaluate', () => {
  const random = (i: number) => (Math.sin(i * 12.9898) * 43758.5453) % 1;

  it('keeps curves to 200 points and calibration to ten bins', () => {
    const n = 5000;
    const p = Float64Array.from({ length: n }, (_, i) => Math.abs(random(i)));
    const y = p.map((value, i) => (Math.abs(random(i + 0.5)) < value ? 1 : 0));
    const probabilities = Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 ? p[(i - 1) / 2]! : 1 - p[i / 2]!));
    const values = p.map((value) => (value > 0.5 ? 1 : 0));
    const { roc, pr, calibration } = evaluate('binary', y, { values, probabilities, classes: 2 }).curves!;
    assert.equal(roc.fpr.length, 200);
    assert.equal(pr.recall.length, 199);
    assert.deepEqual([roc.fpr.at(-1), roc.tpr.at(-1), roc.thresholds[0]], [1, 1, null]);
    assert.equal(calibration.count.length, 10);
    assert.equal(
      calibration.count.reduce((a, b) => a + b),
      n,
    );
    calibration.predicted.forEach((predicted, bin) => {
      assert.ok(Math.abs(predicted - calibration.observed[bin]!) < 0.1, 'a calibrated model lies on the diagonal');
    });
  });

  it('leaves out what one class alone does not define', () => {
    const y = Float64Array.of(1, 1, 1);
    const probabilities = Float64Array.of(0.2, 0.8, 0.6, 0.4, 0.1, 0.9);
    const { metrics, curves } = evaluate('binary', y, { values: Float64Array.of(1, 0, 1), probabilities, classes: 2 });
    assert.equal(metrics.roc_auc, undefined);
    assert.equal(curves, undefined);
    assert.equal(metrics.accuracy, 2 / 3);
    assert.ok(Object.values(metrics).every(Number.isFinite));
  });

  it('refuses nothing to score', () => {
    const none = new Float64Array(0);
    assert.throws(() => evaluate('regression', none, { values: none }), LearnError);
  });

  it('knows what is better, and near names of an unknown metric', () => {
    assert.equal(metricDirection('rmse'), 'minimize');
    assert.equal(metricDirection('auc'), 'maximize');
    assert.throws(
      () => metricDirection('roc_acu'),
      (error) => error instanceof LearnError && error.code === 'METRIC_UNKNOWN' && /"roc_auc"/.test(error.message),
    );
  });
});
