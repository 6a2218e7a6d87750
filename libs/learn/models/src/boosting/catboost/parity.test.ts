import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Dataset, SupervisedTask } from '@trainyard/data';
import { createModel } from '../../definition.js';
import { catboost } from './catboost.js';
import { chooseLearningRate } from './learning-rate.js';

interface Case {
  readonly name: string;
  readonly task: SupervisedTask;
  readonly missing: boolean;
  readonly params: Record<string, unknown>;
  readonly y: number[];
  readonly raw: number[];
}

const SOURCE = new URL('../../../src/boosting/catboost/fixtures/catboost.json', import.meta.url);
const fixture = JSON.parse(readFileSync(SOURCE, 'utf8')) as {
  rows: number;
  cols: number;
  x: number[];
  gaps: (number | null)[];
  cases: Case[];
  rates: { loss: string; rows: number; iterations: number; rate: number }[];
};

function datasetOf({ task, missing, y }: Case): Dataset {
  const { rows, cols, x, gaps } = fixture;
  const data = missing ? Float32Array.from(gaps, (value) => value ?? Number.NaN) : Float32Array.from(x);
  const names = Array.from({ length: cols }, (_, j) => `x${j}`);
  const classes = { regression: undefined, binary: ['0', '1'], multiclass: ['0', '1', '2'] }[task];
  return { task, x: { rows, cols, data, names }, y: Float64Array.from(y), ...(classes ? { classes } : {}) };
}

/** CatBoost's raw scores as what `predict` gives: values or probabilities. */
function expectedOf({ task, raw, params }: Case): number[] {
  if (task === 'binary') return raw.flatMap((s) => [1 - 1 / (1 + Math.exp(-s)), 1 / (1 + Math.exp(-s))]);
  if (task === 'regression')
    return ['Poisson', 'Tweedie'].includes(String(params.loss_function)) ? raw.map(Math.exp) : raw;
  return raw.map((s, i) => {
    const row = raw.slice(i - (i % 3), i - (i % 3) + 3);
    return Math.exp(s) / row.reduce((sum, other) => sum + Math.exp(other), 0);
  });
}

describe('catboost beside the real CatBoost, without random numbers', () => {
  for (const one of fixture.cases) {
    it(`predicts the same: ${one.name}`, async () => {
      const model = createModel(catboost, one.params, one.task);
      const data = datasetOf(one);
      await model.fit(data, { seed: 1 });
      const { values, probabilities } = model.predict(data.x);
      const ours = probabilities ?? values;
      const expected = expectedOf(one);
      const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i]!)), 0);
      assert.ok(worst < 1e-5, `worst difference ${worst}`);
    });
  }

  it('chooses the same learning rate', () => {
    const kinds = { RMSE: 'squared', Logloss: 'logistic', MultiClass: 'softmax', MAE: 'quantile' } as const;
    for (const { loss, rows, iterations, rate } of fixture.rates) {
      const ours = chooseLearningRate(kinds[loss as keyof typeof kinds], rows, iterations, false);
      assert.ok(Math.abs(ours - rate) < 2e-6, `${loss}, ${rows} rows, ${iterations} iterations: ${ours}, not ${rate}`);
    }
  });
});
