import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize } from './statistics.js';

test('percentiles are values that were measured, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual(summarize(hundred), { count: 100, p50: 50, p95: 95, p99: 99, max: 100 });
  assert.deepEqual(summarize([3, 1, 2]), { count: 3, p50: 2, p95: 3, p99: 3, max: 3 });
});

test('nothing measured is not zero', () => {
  assert.deepEqual(summarize([]), {
    count: 0,
    p50: Number.NaN,
    p95: Number.NaN,
    p99: Number.NaN,
    max: Number.NaN,
  });
});
