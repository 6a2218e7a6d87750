import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Dataset, isUnsupervised, predictsValues, type Task } from '@trainyard/data';
import type { Predictions } from '../model.js';
import { checkUnsupervisedInput, pairAgreement } from './check-clusters.js';
import { sampleDataset, slice } from './sample-data.js';
import { assertWellFormed, fitted, hasCode, type Subject } from './subject.js';

/** Share of wrong classes or of pairs of rows wrongly together or apart, or mean squared error over variance. */
function errorOf(predictions: Predictions, { y, task }: Dataset): number {
  const valued = predictsValues(task);
  if (task === 'clustering') return 1 - pairAgreement(predictions.values, y);
  const mean = y.reduce((a, b) => a + b) / y.length;
  let error = 0;
  let variance = 0;
  for (let i = 0; i < y.length; i++) {
    error += valued ? (predictions.values[i]! - y[i]!) ** 2 : Number(predictions.values[i] !== y[i]);
    variance += (y[i]! - mean) ** 2;
  }
  return valued ? error / variance : error / y.length;
}

function distance(a: Predictions, b: Predictions): number {
  const left = a.probabilities ?? a.values;
  const right = b.probabilities ?? b.values;
  return left.reduce((sum, value, i) => sum + Math.abs(value - right[i]!), 0);
}

export function checkPredictions(subject: Subject, task: Task): void {
  const all = sampleDataset(task, { rows: 500 });
  const train = slice(all, 0, 400);
  const test = slice(all, 400, 500);

  it('predicts well-formed values for rows it has not seen', async () => {
    const model = await fitted(subject, train);
    const predictions = model.predict(test.x);
    assertWellFormed(predictions, test);
    if (subject.learns) assert.ok(errorOf(predictions, test) < 0.3, `error ${errorOf(predictions, test)} is under 0.3`);
  });

  it('predicts a row alone as it does among others', async () => {
    const model = await fitted(subject, train);
    const together = model.predict(test.x);
    const alone = model.predict(slice(test, 3, 4).x);
    const width = test.outputs?.length ?? 1;
    assert.deepEqual(alone.values, together.values.slice(3 * width, 4 * width));
    assert.equal(alone.scores?.[0], together.scores?.[3]);
  });

  it('refuses another number of columns', async () => {
    const model = await fitted(subject, train);
    assert.throws(() => model.predict(sampleDataset(task, { rows: 3, cols: 4 }).x), hasCode('FEATURE_INVALID'));
  });

  it('gives importance one finite, non-negative entry a feature', async () => {
    const model = await fitted(subject, train);
    const importance = model.importance?.();
    if (importance === undefined) return;
    assert.deepEqual(importance.names, train.x.names);
    assert.equal(importance.gain.length, train.x.cols);
    assert.ok(importance.gain.every((gain) => gain >= 0 && Number.isFinite(gain)));
    if (subject.learns) assert.ok(importance.gain[0]! > importance.gain[4]!, 'the strongest feature outranks noise');
  });

  if (isUnsupervised(task)) checkUnsupervisedInput(subject, train, test);
  else checkWeights(subject, train, test);

  it('refuses weights that are negative, not finite, all zero or too few', async () => {
    for (const weight of [
      train.y.map(() => -1),
      train.y.map(() => Number.NaN),
      train.y.map(() => 0),
      Float64Array.of(1),
    ]) {
      await assert.rejects(fitted(subject, { ...train, weight }), hasCode('WEIGHT_INVALID'));
    }
  });
}

function checkWeights(subject: Subject, train: Dataset, test: Dataset): void {
  it('respects sample weights: weight 0 is a row left out, weight 2 counts more', async () => {
    const width = train.outputs?.length ?? 1;
    const wrong = (y: number, i: number) => (i < 200 * width ? y : (train.classes?.length ?? 7) - 1 - y);
    const flipped = { ...train, y: train.y.map(wrong) };
    const weight = Float64Array.from({ length: train.x.rows }, (_, i) => (i < 200 ? 1 : 0));
    const weighted = (await fitted(subject, { ...flipped, weight })).predict(test.x);
    const without = (await fitted(subject, slice(train, 0, 200))).predict(test.x);
    const unweighted = (await fitted(subject, flipped)).predict(test.x);
    assert.ok(distance(weighted, without) <= distance(unweighted, without), 'nearer to the fit without those rows');
    const first = train.y.filter((_, i) => i % width === 0);
    const heavy = first.map((y) => (y === Math.max(...first) ? 50 : 1));
    if (!subject.takesWeights) {
      await assert.rejects(fitted(subject, { ...train, weight: heavy }), hasCode('OPTION_UNSUPPORTED'));
      return;
    }
    const pulled = (await fitted(subject, { ...train, weight: heavy })).predict(test.x);
    const plain = (await fitted(subject, train)).predict(test.x);
    assert.notDeepEqual(pulled.probabilities ?? pulled.values, plain.probabilities ?? plain.values);
  });
}
