import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Dataset } from '@trainyard/data';
import { createModel } from '../definition.js';
import { elasticNet, lasso } from './elastic-net.js';
import { logistic } from './logistic.js';
import { sgd } from './sgd.js';

/** Coefficients that scikit-learn gave for the same data: fixtures/make-penalised.py. */
const peer = JSON.parse(readFileSync(new URL('../../src/fixtures/penalised-sklearn.json', import.meta.url), 'utf8'));
const definitions = { lasso, elastic_net: elasticNet, logistic, sgd };
const exact = {
  ...{ lasso: { tol: 1e-13, max_iter: 20_000 }, elastic_net: { tol: 1e-13, max_iter: 20_000 } },
  ...{ logistic: { tol: 1e-9, max_iter: 5000 }, sgd: { shuffle: false, max_iter: 4, tol: null } },
};

function tableOf(name: string, task: Dataset['task'], weighted: boolean): Dataset {
  const { rows, cols, x, weight, ...targets } = peer.tables[name];
  const y = Float64Array.from(targets[task]);
  const classes = task === 'regression' ? undefined : Array.from({ length: Math.max(...y) + 1 }, (_, c) => String(c));
  const names = Array.from({ length: cols }, (_, j) => `x${j}`);
  return {
    ...{ task, y, x: { rows, cols, names, data: Float32Array.from(x) } },
    ...(classes ? { classes } : {}),
    ...(weighted ? { weight: Float64Array.from(weight) } : {}),
  };
}

function near(found: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => {
    assert.ok(Math.abs(found[i]! - value) <= tolerance, `entry ${i}: ${found[i]} is not ${value}`);
  });
}

/** Softmax scores may all move by the same constant: intercepts are compared about their mean. */
function centred(coefficients: ArrayLike<number>, stride: number): number[] {
  const intercepts = Array.from(coefficients).filter((_, i) => i % stride === stride - 1);
  const mean = intercepts.reduce((a, b) => a + b) / intercepts.length;
  return Array.from(coefficients, (value, i) => (i % stride === stride - 1 ? value - mean : value));
}

describe('scikit-learn gives the same coefficients', () => {
  for (const entry of peer.cases) {
    const name = entry.model as keyof typeof definitions;
    it(`${name} ${entry.table} ${entry.task} ${JSON.stringify(entry.params)}${entry.weighted ? ' weighted' : ''}`, async () => {
      const data = tableOf(entry.table, entry.task, entry.weighted);
      const model = createModel(definitions[name], { ...exact[name], ...entry.params }, entry.task);
      await model.fit(data, { seed: 1 });
      const found = model.save().arrays.coefficients as Float64Array;
      const softmax = name === 'logistic' && entry.task === 'multiclass';
      const form = (values: ArrayLike<number>) => (softmax ? centred(values, data.x.cols + 1) : Array.from(values));
      near(form(found), form(entry.coefficients), 1e-5);
      if (entry.probabilities === undefined) return;
      const { probabilities } = model.predict({ ...data.x, rows: 6, data: data.x.data.slice(0, 6 * data.x.cols) });
      near(probabilities!, entry.probabilities, 1e-5);
    });
  }
});
