import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Dataset, Task } from '@trainyard/data';
import { createModel } from '../definition.js';
import type { ModelDefinition } from '../model.js';
import { linear, ridge } from './linear.js';
import { logistic } from './logistic.js';

/** Values that scikit-learn gave for the same data: fixtures/make.py. */
const peer = JSON.parse(readFileSync(new URL('../../src/fixtures/linear-sklearn.json', import.meta.url), 'utf8'));

const classes: Record<string, string[]> = { binary: ['0', '1'], multiclass: ['0', '1', '2'] };

async function coefficients(
  definition: ModelDefinition,
  task: Task,
  params: Record<string, unknown>,
  weighted = false,
) {
  const x = { rows: peer.rows, cols: peer.cols, data: Float32Array.from(peer.x), names: ['a', 'b', 'c', 'd'] };
  const data: Dataset = {
    task,
    x,
    y: Float64Array.from(peer[task]),
    ...(classes[task] ? { classes: classes[task] } : {}),
    ...(weighted ? { weight: Float64Array.from(peer.weight) } : {}),
  };
  const model = createModel(definition, params, task);
  await model.fit(data, { seed: 1 });
  return { model, x, found: [...(model.save().arrays.coefficients as Float64Array)] };
}

function near(found: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(found.length, expected.length);
  found.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) <= tolerance, `entry ${i}: ${value} is not ${expected[i]}`);
  });
}

describe('scikit-learn gives the same', () => {
  const exact = { tol: 1e-9, max_iter: 2000 };
  const cases = [
    ['binary', 'binary', {}, false],
    ['binary_C0.1_weighted', 'binary', { C: 0.1 }, true],
    ['multiclass', 'multiclass', { C: 2 }, false],
    ['binary_balanced_no_intercept', 'binary', { class_weight: 'balanced', fit_intercept: false }, false],
  ] as const;
  for (const [name, task, params, weighted] of cases) {
    it(`logistic ${name}`, async () => {
      const expected = peer.logistic[name];
      const { model, x, found } = await coefficients(logistic, task, { ...exact, ...params }, weighted);
      near(
        found,
        expected.coef.flatMap((row: number[], c: number) => [...row, expected.intercept[c]]),
        1e-5,
      );
      const { probabilities } = model.predict({ ...x, rows: 5 });
      near([...probabilities!], expected.proba, 1e-6);
    });
  }

  const leastSquares = [
    ['linear', 'plain', linear, {}, false],
    ['linear', 'weighted', linear, {}, true],
    ['linear', 'no_intercept', linear, { fit_intercept: false }, false],
    ['ridge', 'alpha5', ridge, { alpha: 5 }, false],
    ['ridge', 'alpha5_weighted', ridge, { alpha: 5 }, true],
  ] as const;
  for (const [family, name, definition, params, weighted] of leastSquares) {
    it(`${family} ${name}`, async () => {
      const expected = peer[family][name];
      const { found } = await coefficients(definition, 'regression', params, weighted);
      near(found, [...expected.coef, expected.intercept], 1e-9);
    });
  }
});

describe('least squares', () => {
  it('keeps its precision on one-hot columns and a column far from zero', async () => {
    const rows = 300;
    const cols = 5;
    const data = new Float32Array(rows * cols);
    const y = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      data[i * cols + (i % 4)] = 1;
      data[i * cols + 4] = 1e6 + (i % 17);
      y[i] = (i % 4) * 10 + 2 * (i % 17);
    }
    const x = { rows, cols, data, names: ['a', 'b', 'c', 'd', 'far'] };
    const model = createModel(linear, {}, 'regression');
    await model.fit({ task: 'regression', x, y }, { seed: 1 });
    near([...model.predict(x).values], [...y], 1e-4);
  });
});
