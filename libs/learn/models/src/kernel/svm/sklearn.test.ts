import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Dataset, Task } from '@trainyard/data';
import { createModel } from '../../definition.js';
import { svm } from './svm.js';

/** Values that scikit-learn gave for the same data: fixtures/make.py. */
const peer = JSON.parse(
  readFileSync(new URL('../../../src/kernel/svm/fixtures/svm-sklearn.json', import.meta.url), 'utf8'),
);
const names = ['a', 'b', 'c', 'd'];
const test = { rows: 12, cols: 4, data: Float32Array.from(peer.test), names };
const classes: Record<string, string[]> = { binary: ['0', '1'], multiclass: ['0', '1', '2'] };

function dataset(task: Task, weighted: boolean): Dataset {
  return {
    task,
    x: { rows: peer.rows, cols: peer.cols, data: Float32Array.from(peer.x), names },
    y: Float64Array.from(peer[task]),
    ...(classes[task] ? { classes: classes[task] } : {}),
    ...(weighted ? { weight: Float64Array.from(peer.weight) } : {}),
  };
}

function near(found: ArrayLike<number>, expected: readonly number[], what: string): void {
  assert.equal(found.length, expected.length, what);
  expected.forEach((value, i) => {
    assert.ok(Math.abs(found[i]! - value) <= 1e-3, `${what} ${i}: ${found[i]} is not ${value}`);
  });
}

const kernels = {
  linear: { kernel: 'linear' },
  rbf: {},
  poly: { kernel: 'poly', gamma: 0.3, coef0: 1 },
  sigmoid: { kernel: 'sigmoid', gamma: 0.05, coef0: -0.2 },
};
const cases: [string, Record<string, unknown>][] = [
  ...Object.entries(kernels).flatMap(([name, kernel]): [string, Record<string, unknown>][] => [
    [`binary_${name}`, { ...kernel, C: 1.5 }],
    [`multiclass_${name}`, kernel],
    [`regression_${name}`, { ...kernel, C: 2, epsilon: 0.2 }],
  ]),
  ['binary_weighted', {}],
  ['multiclass_balanced', { class_weight: 'balanced' }],
  ['regression_weighted', {}],
];

describe('scikit-learn gives the same support vector machine', () => {
  for (const [name, params] of cases) {
    it(name, async () => {
      const task = name.split('_')[0] as Task;
      const expected = peer.cases[name];
      const model = createModel(svm, { tol: 1e-6, probability: false, ...params }, task);
      await model.fit(dataset(task, name.endsWith('weighted')), { seed: 1 });
      const { coefficients, intercepts } = model.save().arrays as Record<string, Float64Array>;
      // scikit-learn turns the sign of binary machines so that a positive decision is for the second class.
      const sign = task === 'binary' ? -1 : 1;
      near(
        intercepts!.map((value) => sign * value),
        expected.intercept,
        'intercept',
      );
      near(
        coefficients!.map((value) => sign * value),
        expected.dual,
        'dual coefficient',
      );
      const { values } = model.predict(test);
      if (task === 'regression') near(values, expected.predict, 'prediction');
      else assert.deepEqual([...values], expected.predict);
    });
  }
});
