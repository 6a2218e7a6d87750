import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Table } from '@trainyard/data';
import { leakageHint, timeOrderHint } from './hints.js';

it('hints at a time order that a random split would mix', () => {
  const table = (values: number[], date = true): Table => ({
    rows: values.length,
    columns: [{ kind: 'numeric', name: 'day', values: Float64Array.from(values), date }],
  });
  assert.match(timeOrderHint(table([1, 2, 2, 3]), ['day'])[0]!, /in order of "day".*dataset\.time/);
  assert.deepEqual(timeOrderHint(table([1, 3, 2]), ['day']), []);
  assert.deepEqual(timeOrderHint(table([1, 1, 1]), ['day']), []);
  assert.deepEqual(timeOrderHint(table([1, 2, 3], false), ['day']), []);
  assert.deepEqual(timeOrderHint(table([1, 2, 3]), ['other']), []);
});

it('hints at a feature that gives the answer away', () => {
  assert.match(
    leakageHint({ metrics: { r2: 0.99999 }, importance: { adjclose: 5, open: 1 } })[0]!,
    /exclude "adjclose"/,
  );
  assert.deepEqual(leakageHint({ metrics: { roc_auc: 0.99 }, importance: { a: 1 } }), []);
  const shared = { beak: 4, flipper: 3, island: 3 };
  assert.deepEqual(leakageHint({ metrics: { roc_auc: 1 }, importance: shared }), [], 'an easy task is no leak');
});
