import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Dataset, Matrix } from '@trainyard/data';
import { createModel } from '../definition.js';
import type { Model } from '../model.js';
import { predictionLoss } from '../prediction-loss.js';
import { takeDatasetRows } from '../take-rows.js';
import { extraTrees, randomForest } from './index.js';

interface SingleTree {
  readonly params: Record<string, unknown>;
  /** For every row: class probabilities, or a value. */
  readonly prediction: readonly number[];
  readonly leaves: number;
}

interface Source {
  readonly cols: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly missing?: readonly number[];
  readonly [name: string]: unknown;
}

const path = new URL('../../src/forest/fixtures/sklearn.json', import.meta.url);
const { wine, diabetes } = JSON.parse(readFileSync(path, 'utf8')) as Record<'wine' | 'diabetes', Source>;

function matrixOf({ cols, x, y }: Source, missing: readonly number[] = []): Matrix {
  const data = Float32Array.from(x);
  for (const at of missing) data[at] = Number.NaN;
  return { rows: y.length, cols, data, names: Array.from({ length: cols }, (_, j) => `x${j}`) };
}

function datasetOf(source: Source, missing?: readonly number[]): Dataset {
  const classes = source === wine ? { classes: ['a', 'b', 'c'] } : {};
  const task = source === wine ? 'multiclass' : 'regression';
  return { task, x: matrixOf(source, missing), y: Float64Array.from(source.y), ...classes };
}

const half = (data: Dataset, odd: 0 | 1): Dataset =>
  takeDatasetRows(
    data,
    Array.from({ length: Math.floor((data.y.length + 1 - odd) / 2) }, (_, i) => 2 * i + odd),
  );

async function fitted(
  definition: typeof randomForest,
  data: Dataset,
  params: Record<string, unknown>,
  seed = 1,
): Promise<Model> {
  const model = createModel(definition, params, data.task);
  await model.fit(data, { seed });
  return model;
}

/** A tree that looks at every feature and every row has one best split at each node, but for ties. */
async function assertSameTree(data: Dataset, expected: SingleTree): Promise<void> {
  const params = { n_estimators: 1, max_features: 'all', bootstrap: false, ...expected.params };
  const model = await fitted(randomForest, half(data, 0), params);
  const leaves = (model.save().arrays.feature as Int16Array).filter((feature) => feature < 0).length;
  assert.equal(leaves, expected.leaves);
  const { values, probabilities } = model.predict(data.x);
  const answer = probabilities ?? values;
  let different = 0;
  expected.prediction.forEach((value, i) => {
    if (Math.abs(value - answer[i]!) > 1e-5 * Math.max(1, Math.abs(value))) different++;
  });
  assert.equal(different, 0, `${different} of ${answer.length} predictions differ`);
}

describe('one tree on all rows and features is the decision tree of scikit-learn', () => {
  for (const name of ['gini', 'entropy', 'balanced']) {
    it(`wine, ${name}`, () => assertSameTree(datasetOf(wine), wine[name] as SingleTree));
  }
  for (const name of ['squares', 'deep']) {
    it(`diabetes, ${name}`, () => assertSameTree(datasetOf(diabetes), diabetes[name] as SingleTree));
  }
  it('diabetes with a tenth of the values missing', () =>
    assertSameTree(datasetOf(diabetes, diabetes.missing), diabetes.withMissing as SingleTree));
});

describe('a forest is as good as that of scikit-learn', () => {
  for (const definition of [randomForest, extraTrees]) {
    it(`${definition.name}, wine`, async () => {
      const data = datasetOf(wine);
      const test = half(data, 1);
      const expected = wine[definition.name] as { accuracy: number; logLoss: number; importance: number[] };
      let [right, loss] = [0, 0];
      const importance = new Float64Array(wine.cols);
      for (const seed of [1, 2, 3]) {
        const model = await fitted(definition, half(data, 0), {}, seed);
        const predictions = model.predict(test.x);
        right += predictions.values.reduce((sum, value, i) => sum + Number(value === test.y[i]), 0) / test.y.length / 3;
        loss += predictionLoss(predictions, test) / 3;
        model.importance!().gain.forEach((gain, j) => {
          importance[j]! += gain / 3;
        });
      }
      assert.ok(Math.abs(right - expected.accuracy) < 0.02, `accuracy ${right} and ${expected.accuracy}`);
      assert.ok(Math.abs(loss - expected.logLoss) < 0.02, `log loss ${loss} and ${expected.logLoss}`);
      importance.forEach((share, j) => {
        assert.ok(Math.abs(share - expected.importance[j]!) < 0.04, `importance of feature ${j}: ${share}`);
      });
    });

    it(`${definition.name}, diabetes`, async () => {
      const data = datasetOf(diabetes);
      const test = half(data, 1);
      const expected = diabetes[definition.name] as { r2: number };
      const mean = test.y.reduce((sum, y) => sum + y, 0) / test.y.length;
      const variance = test.y.reduce((sum, y) => sum + (y - mean) ** 2, 0) / test.y.length;
      let r2 = 0;
      for (const seed of [1, 2, 3]) {
        const model = await fitted(definition, half(data, 0), { min_samples_leaf: 5 }, seed);
        r2 += (1 - predictionLoss(model.predict(test.x), test) / variance) / 3;
      }
      assert.ok(Math.abs(r2 - expected.r2) < 0.02, `R2 ${r2} and ${expected.r2}`);
    });
  }
});
