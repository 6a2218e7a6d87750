import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SimulationResult, simulate } from './simulate.js';

const SEEDS = 120;

test(`${SEEDS} seeds: every job ends once, effects happen once, nothing old is visible, versions are dense`, async (t) => {
  const results: SimulationResult[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) results.push(await simulate(seed));

  await t.test('and every kind of fault really struck', () => {
    const total = (fault: keyof SimulationResult['struck']) =>
      results.reduce((sum, { struck }) => sum + struck[fault], 0);
    for (const fault of ['crash', 'pause', 'outage', 'lostAnswer', 'drop', 'repeat', 'reorder'] as const) {
      assert.ok(total(fault) >= SEEDS, `${fault} struck ${total(fault)} times in ${SEEDS} seeds`);
    }
  });

  await t.test('and late results of old attempts came and were refused', () => {
    assert.ok(results.reduce((sum, { refusals }) => sum + refusals, 0) > 0);
  });

  await t.test('and jobs ended in every way a job can end', () => {
    for (const status of ['completed', 'failed', 'cancelled']) {
      assert.ok(results.reduce((sum, { jobs }) => sum + (jobs[status] ?? 0), 0) > SEEDS / 20, status);
    }
  });
});

test('a seed gives the same run again', async () => {
  const [first, second] = [await simulate(42), await simulate(42)];
  assert.deepEqual(first, second);
});
