import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Dataset } from '@trainyard/data';
import { createModel } from '../definition.js';
import { extraTrees, randomForest } from './index.js';

const COLS = 3;

/** Few distinct values, so that no two share a bin; a seventh of the first column is missing. */
function sample(rows: number, classes: number, seed: number): Dataset {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: rows * COLS }, () => random.integer(40) - 20);
  for (let i = 0; i < rows; i += 7) data[i * COLS] = Number.NaN;
  const y = Float64Array.from({ length: rows }, (_, i) => {
    const [a, b] = [data[i * COLS]!, data[i * COLS + 1]!];
    return (random.integer(classes) + Number(a > 3) + Number(b < -5)) % classes;
  });
  const names = Array.from({ length: classes }, (_, k) => `class ${k}`);
  const task = classes === 2 ? 'binary' : 'multiclass';
  return { task, x: { rows, cols: COLS, data, names: ['a', 'b', 'c'] }, y, classes: names };
}

/** Gini impurity times rows, of one side. */
function impurity(y: Float64Array, rows: readonly number[], classes: number): number {
  const counts = new Float64Array(classes);
  for (const i of rows) counts[y[i]!]!++;
  return rows.length - counts.reduce((sum, n) => sum + n * n, 0) / Math.max(1, rows.length);
}

/** What is left of the impurity after a split; infinite when a side has too few rows. */
function impurityAfter(data: Dataset, fewest: number, goesLeft: (row: number) => boolean): number {
  const rows = Array.from(data.y.keys());
  const [left, right] = [rows.filter(goesLeft), rows.filter((i) => !goesLeft(i))];
  if (Math.min(left.length, right.length) < fewest) return Number.POSITIVE_INFINITY;
  const classes = data.classes!.length;
  return impurity(data.y, left, classes) + impurity(data.y, right, classes);
}

const goesLeft =
  ({ x }: Dataset, feature: number, threshold: number, missingLeft: boolean) =>
  (row: number): boolean => {
    const value = x.data[row * COLS + feature]!;
    return Number.isNaN(value) ? missingLeft : value <= threshold;
  };

/** The least that any split leaves. */
function leastImpurity(data: Dataset, fewest: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let feature = 0; feature < COLS; feature++) {
    for (let threshold = -20; threshold <= 20; threshold++) {
      for (const missingLeft of [false, true]) {
        least = Math.min(least, impurityAfter(data, fewest, goesLeft(data, feature, threshold, missingLeft)));
      }
    }
  }
  return least;
}

async function firstSplit(data: Dataset, params: Record<string, unknown>) {
  const model = createModel(
    randomForest,
    { n_estimators: 1, max_depth: 1, max_features: 'all', bootstrap: false, ...params },
    data.task,
  );
  await model.fit(data, { seed: 4 });
  const { feature, threshold, missingLeft } = model.save().arrays as Record<string, Float32Array>;
  return goesLeft(data, feature![0]!, threshold![0]!, missingLeft![0] === 1);
}

describe('the split of a node is the best of all that a plain search finds', () => {
  // Up to 64 rows are compared in pairs, more are counted in bins; three classes have a path of their own.
  for (const rows of [9, 40, 64, 65, 400]) {
    for (const classes of [2, 3, 5]) {
      for (const fewest of [1, 4]) {
        it(`${rows} rows, ${classes} classes, at least ${fewest} rows a leaf`, async () => {
          for (let seed = 1; seed <= 5; seed++) {
            const data = sample(rows, classes, seed);
            const found = impurityAfter(data, fewest, await firstSplit(data, { min_samples_leaf: fewest }));
            const least = leastImpurity(data, fewest);
            assert.ok(Math.abs(found - least) < 1e-4, `seed ${seed}: ${found} left, ${least} possible`);
          }
        });
      }
    }
  }
});

describe('a forest does not depend on how its counts are held', () => {
  for (const definition of [randomForest, extraTrees]) {
    it(`${definition.name}: rows of weight 1, counted, and of weight 2, weighed`, async () => {
      const data = sample(900, 3, 8);
      const fit = async (weight: number) => {
        const model = createModel(definition, { n_estimators: 150, bootstrap: true, min_samples_leaf: 3 }, data.task);
        await model.fit({ ...data, weight: new Float64Array(900).fill(weight) }, { seed: 2 });
        return model.predict(data.x).probabilities!;
      };
      const [counted, weighed] = [await fit(1), await fit(2)];
      const difference = counted.reduce((sum, p, i) => sum + Math.abs(p - weighed[i]!), 0) / counted.length;
      assert.ok(difference < 0.02, `probabilities differ by ${difference}`);
    });
  }
});
