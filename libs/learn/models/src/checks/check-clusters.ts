import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Dataset } from '@trainyard/data';
import { takeDatasetRows } from '../take-rows.js';
import { slice } from './sample-data.js';
import { assertSame, fitted, type Subject } from './subject.js';

/** Share of the pairs of rows that two clusterings both put together or both apart (the Rand index). */
export function pairAgreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let agreed = 0;
  let pairs = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++, pairs++) agreed += Number((a[i] === a[j]) === (b[i] === b[j]));
  }
  return pairs === 0 ? 1 : agreed / pairs;
}

/** What a clustering or a detector of anomalies looks at: rows and their weights, never a target. */
export function checkUnsupervisedInput(subject: Subject, train: Dataset, test: Dataset): void {
  it('does not look at the target, and needs none', async () => {
    const without = await fitted(subject, { ...train, y: new Float64Array(0) });
    assertSame(without.predict(test.x), (await fitted(subject, train)).predict(test.x));
  });

  // A network draws its batches from the rows, so that other rows are other batches.
  if (train.task === 'anomaly') return;
  it('takes weight 0 as a row left out, and weight k as a row repeated k times', async () => {
    const weight = Float64Array.from(train.y, (_, i) => (i < 200 ? 1 : 0));
    const weighted = (await fitted(subject, { ...train, weight })).predict(test.x);
    const without = (await fitted(subject, slice(train, 0, 200))).predict(test.x);
    assert.ok(pairAgreement(weighted.values, without.values) > 0.99, 'weight 0');
    const times = Float64Array.from(train.y, (_, i) => 1 + (i % 3));
    const rows = [...train.y.keys()].flatMap((row) => Array<number>(times[row]!).fill(row));
    const heavy = (await fitted(subject, { ...train, weight: times })).predict(test.x);
    const repeated = (await fitted(subject, takeDatasetRows(train, rows))).predict(test.x);
    assert.ok(pairAgreement(heavy.values, repeated.values) > 0.99, 'weight k');
  });
}
