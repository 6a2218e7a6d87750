import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learnError } from '../test-files.js';
import { groupKFold, kFold, monteCarlo, stratifiedKFold } from './folds.js';
import { groupSplit, holdoutSplit, stratifiedSplit, timeSplit } from './holdout.js';
import { allRows, type Split } from './split.js';
import { foldsFor, holdoutFor, SPLIT_STRATEGIES } from './strategy.js';
import { purgedKFold, timeSeriesFolds, walkForward } from './time-folds.js';

/** Every given row is on exactly one side. */
function assertPartition(split: Split, rows: Uint32Array): void {
  const both = [...split.train, ...split.test].sort((a, b) => a - b);
  assert.deepEqual(
    both,
    [...rows].sort((a, b) => a - b),
  );
  assert.ok(split.train.length > 0 && split.test.length > 0);
}

/** Each row is tested exactly once over all folds. */
function assertEachTestedOnce(splits: Split[], rows: Uint32Array): void {
  for (const split of splits) assertPartition(split, rows);
  const tested = splits.flatMap((split) => [...split.test]).sort((a, b) => a - b);
  assert.deepEqual(tested, [...rows]);
}

const rows = allRows(100);

test('a holdout is a partition, random by seed, and the last rows without shuffling', () => {
  const split = holdoutSplit(rows, { testSize: 0.2, seed: 1 });
  assertPartition(split, rows);
  assert.equal(split.test.length, 20);
  assert.deepEqual(split, holdoutSplit(rows, { testSize: 0.2, seed: 1 }));
  assert.notDeepEqual(split, holdoutSplit(rows, { testSize: 0.2, seed: 2 }));
  const last = holdoutSplit(rows, { testSize: 0.2, seed: 1, shuffle: false });
  assert.deepEqual([...last.test], [...rows.subarray(80)]);
});

test('splits work on a subset of the rows', () => {
  const subset = Uint32Array.from([5, 17, 99, 42, 3]);
  assertPartition(holdoutSplit(subset, { testSize: 0.4, seed: 3 }), subset);
  const labels = Float64Array.from(rows, (row) => row % 2);
  assertPartition(stratifiedSplit(subset, labels, { testSize: 0.4, seed: 3 }), subset);
});

test('a stratified split keeps the share of a rare class and leaves a single row in training', () => {
  const labels = Float64Array.from(rows, (row) => (row === 99 ? 2 : row < 10 ? 1 : 0));
  const split = stratifiedSplit(rows, labels, { testSize: 0.2, seed: 1 });
  assertPartition(split, rows);
  assert.equal(split.test.filter((row) => labels[row] === 1).length, 2);
  assert.ok(split.train.includes(99));
});

test('a group split never parts a group', () => {
  const groups = Float64Array.from(rows, (row) => Math.floor(row / 7));
  const split = groupSplit(rows, groups, { testSize: 0.2, seed: 1 });
  assertPartition(split, rows);
  const trained = new Set([...split.train].map((row) => groups[row]));
  assert.ok(split.test.every((row) => !trained.has(groups[row])));
  assert.ok(Math.abs(split.test.length - 20) <= 7);
  assert.throws(
    () => groupSplit(rows, new Float64Array(100), { testSize: 0.2, seed: 1 }),
    learnError('TOO_FEW_ROWS', 'one group'),
  );
});

test('a split by time holds out the latest rows and does not part equal times', () => {
  const time = Float64Array.from(rows, (row) => Math.floor((99 - row) / 3));
  const split = timeSplit(rows, time, { testSize: 0.2 });
  assertPartition(split, rows);
  const latestTrained = Math.max(...[...split.train].map((row) => time[row]!));
  assert.ok(split.test.every((row) => time[row]! > latestTrained));
});

test('k-fold, stratified, group: each row is tested once, with about equal folds', () => {
  const options = { folds: 5, seed: 1 };
  assertEachTestedOnce([...kFold(rows, options)], rows);
  const blocks = [...kFold(rows, { ...options, shuffle: false })];
  assert.deepEqual([...blocks[0]!.test], [...rows.subarray(0, 20)]);

  const labels = Float64Array.from(rows, (row) => (row < 15 ? 1 : 0));
  const stratified = [...stratifiedKFold(rows, labels, options)];
  assertEachTestedOnce(stratified, rows);
  for (const { test: tested } of stratified) assert.equal(tested.filter((row) => labels[row] === 1).length, 3);

  const groups = Float64Array.from(rows, (row) => row % 11);
  const grouped = [...groupKFold(rows, groups, options)];
  assertEachTestedOnce(grouped, rows);
  for (const { train, test: tested } of grouped) {
    const trained = new Set([...train].map((row) => groups[row]));
    assert.ok(tested.every((row) => !trained.has(groups[row])));
  }
});

test('time series folds and walk forward never train on the future', () => {
  const time = Float64Array.from(rows, (row) => 1000 - row);
  for (const split of [
    ...timeSeriesFolds(rows, time, { folds: 4, gap: 2 }),
    ...walkForward(rows, time, { folds: 4, gap: 2 }),
  ]) {
    const latest = Math.max(...[...split.train].map((row) => time[row]!));
    assert.ok(
      split.test.every((row) => time[row]! > latest + 2),
      'the gap of 2 rows is left out',
    );
  }
  const sizes = [...walkForward(rows, time, { folds: 4 })].map((split) => split.train.length);
  assert.deepEqual(sizes, [20, 20, 20, 20]);
});

test('purged k-fold leaves out rows around the tested block', () => {
  const time = Float64Array.from(rows);
  const splits = [...purgedKFold(rows, time, { folds: 5, purge: 3, embargo: 2 })];
  assert.deepEqual([...splits[1]!.test], [...rows.subarray(20, 40)]);
  assert.deepEqual([...splits[1]!.train], [...rows.subarray(0, 17), ...rows.subarray(45)]);
});

test('Monte Carlo splits differ', () => {
  const splits = [...monteCarlo(rows, { folds: 3, seed: 1, testSize: 0.25 })];
  for (const split of splits) assertPartition(split, rows);
  assert.notDeepEqual(splits[0], splits[1]);
});

test('every strategy runs by its name', () => {
  const keys = {
    labels: Float64Array.from(rows, (row) => row % 2),
    groups: Float64Array.from(rows, (row) => row % 10),
    time: Float64Array.from(rows),
  };
  for (const strategy of SPLIT_STRATEGIES) {
    const options = { strategy, testSize: 0.2, folds: 3, seed: 1 };
    assertPartition(holdoutFor(rows, keys, options), rows);
    assert.equal([...foldsFor(rows, keys, options)].length, strategy === 'holdout' ? 1 : 3);
  }
});

test('bad input: a share outside 0..1, one row, too many folds, no time column', () => {
  assert.throws(() => holdoutSplit(rows, { testSize: 1, seed: 1 }), learnError('PARAMETER_INVALID', 'testSize'));
  assert.throws(() => holdoutSplit(allRows(1), { testSize: 0.2, seed: 1 }), learnError('TOO_FEW_ROWS', '1 rows'));
  assert.throws(() => [...kFold(allRows(2), { folds: 3, seed: 1 })], learnError('TOO_FEW_ROWS', '3 folds'));
  assert.throws(() => [...kFold(rows, { folds: 1, seed: 1 })], learnError('PARAMETER_INVALID', 'folds'));
  const options = { strategy: 'time_series', testSize: 0.2, folds: 3, seed: 1 } as const;
  assert.throws(() => [...foldsFor(rows, {}, options)], learnError('PARAMETER_INVALID', 'dataset.time'));
  const twoRows = holdoutSplit(allRows(2), { testSize: 0.2, seed: 1 });
  assertPartition(twoRows, allRows(2));
});
