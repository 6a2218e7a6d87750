import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dataset } from '@trainyard/data';
import type { CustomObjective } from '../../model.js';
import { lightgbm, xgboost } from '../index.js';
import { datasetOf, fitBoosted, fitLightGBM, mixedData } from '../test-data.js';
import { WeightedValues } from './weighted-quantile.js';

const EXACT = { histogram_precision: 'f64', n_estimators: 5 };
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('objectives', () => {
  it('log links predict the mean, above 0, in both libraries', async () => {
    const counts = datasetOf('regression', 600, (_, random) => {
      const x = random() * 2;
      return [x, random(), Math.floor(Math.exp(x) * random() * 2) + 1];
    });
    const mean = counts.y.reduce((a, b) => a + b) / counts.y.length;
    for (const definition of [lightgbm, xgboost]) {
      for (const objective of ['poisson', 'gamma', 'tweedie']) {
        const { values } = (await fitBoosted(definition, counts, { objective, n_estimators: 30 })).predict(counts.x);
        const predicted = values.reduce((a, b) => a + b) / values.length;
        assert.ok(values.every((value) => value > 0));
        assert.ok(Math.abs(predicted - mean) < 0.1 * mean, `${definition.name} ${objective}: ${predicted} is ${mean}`);
      }
    }
  });

  it('quantile leaves that share of targets below', async () => {
    const data = datasetOf('regression', 2000, (_, random) => {
      const x = random();
      return [x, x + random() * (1 + x)];
    });
    const { values } = (await fitLightGBM(data, { objective: 'quantile', alpha: 0.8, n_estimators: 50 })).predict(
      data.x,
    );
    const below = values.filter((value, i) => data.y[i]! <= value).length / 2000;
    assert.ok(Math.abs(below - 0.8) < 0.03, `${below}`);
  });

  it('absolute is not drawn away by targets far off', async () => {
    const data = datasetOf('regression', 1000, (i) => [i % 10, i % 50 < 2 ? 1e6 : i % 10]);
    const model = await fitBoosted(xgboost, data, { objective: 'absolute', n_estimators: 60 });
    const { values } = model.predict(data.x);
    assert.ok(values.every((value, i) => Math.abs(value - (i % 10)) <= 1));
  });

  it('whole weights count like repeated rows, leaf quantiles included', async () => {
    const row = (i: number): number[] => [i % 23, (i * 7) % 31, Math.sin(i % 23) * 10 + ((i * 7) % 31)];
    const weight = Float64Array.from({ length: 300 }, (_, i) => i % 4);
    const weighted = datasetOf('regression', 300, row, { weight });
    const repeats = [...weight].flatMap((times, i) => range(times).map(() => i));
    const repeated = datasetOf('regression', repeats.length, (i) => row(repeats[i]!));
    for (const objective of ['absolute', 'quantile', 'huber', 'squared']) {
      const params = { ...EXACT, objective, max_depth: 3 };
      const a = (await fitBoosted(xgboost, weighted, params)).predict(weighted.x).values;
      const b = (await fitBoosted(xgboost, repeated, params)).predict(weighted.x).values;
      a.forEach((value, i) => {
        assert.ok(Math.abs(value - b[i]!) < 1e-4, `${objective}: ${value} is ${b[i]}`);
      });
    }
  });

  it('targets without a likelihood are refused by row', async () => {
    const data = datasetOf('regression', 40, (i) => [i, i === 6 ? -1 : i === 8 ? 0 : 1]);
    for (const [objective, row] of [
      ['poisson', 7],
      ['tweedie', 7],
      ['gamma', 7],
    ] as const) {
      await assert.rejects(fitLightGBM(data, { objective }), { code: 'TARGET_OUT_OF_RANGE', where: { row } });
    }
    const zero = { ...data, y: data.y.map((y) => Math.max(0, y)) };
    await assert.rejects(fitLightGBM(zero, { objective: 'gamma' }), { code: 'TARGET_OUT_OF_RANGE' });
    await fitLightGBM(zero, { objective: 'poisson', n_estimators: 2 });
    for (const y of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const broken = { ...data, y: data.y.map((value, i) => (i === 3 ? y : value)) };
      await assert.rejects(fitBoosted(xgboost, broken), { code: 'TARGET_NOT_NUMERIC', where: { row: 4 } });
    }
  });

  it('objectives of another task are refused', async () => {
    const binary = mixedData('binary', 50);
    await assert.rejects(fitLightGBM(binary, { objective: 'poisson' }), { code: 'PARAMETER_INVALID' });
    await assert.rejects(fitBoosted(xgboost, binary, { objective: 'multi:softprob' }), { code: 'PARAMETER_INVALID' });
    const outside = { base_score: 1.5 };
    await assert.rejects(fitBoosted(xgboost, binary, outside), { code: 'PARAMETER_INVALID' });
  });
});

/** Softmax and squared error as a caller would write them. */
const CUSTOM: Record<'multiclass' | 'regression', CustomObjective> = {
  regression: {
    name: 'own squares',
    loss: (scores, { y }) => scores.reduce((sum, s, i) => sum + (s - y[i]!) ** 2, 0) / y.length,
    gradients: (scores, { y }, gradient, hessian) => {
      scores.forEach((s, i) => {
        gradient[i] = s - y[i]!;
        hessian[i] = 1;
      });
    },
  },
  multiclass: {
    name: 'own softmax',
    loss: (scores, { y }) => {
      const own = (i: number): number => Math.log(range(3).reduce((sum, c) => sum + Math.exp(scores[3 * i + c]!), 0));
      return y.reduce((sum, label, i) => sum + own(i) - scores[3 * i + label]!, 0) / y.length;
    },
    gradients: (scores, { y }, gradient, hessian) => {
      for (let i = 0; i < y.length; i++) {
        const e = range(3).map((c) => Math.exp(scores[3 * i + c]!));
        const sum = e[0]! + e[1]! + e[2]!;
        for (let c = 0; c < 3; c++) {
          const p = e[c]! / sum;
          gradient[3 * i + c] = p - (y[i] === c ? 1 : 0);
          hessian[3 * i + c] = 2 * p * (1 - p);
        }
      }
    },
  },
};

describe('objectives of the caller', () => {
  for (const task of ['regression', 'multiclass'] as const) {
    it(`the built-in one, written by hand, gives the same model: ${task}`, async () => {
      const data = mixedData(task, 800);
      const weight = Float64Array.from(data.y, (_, i) => (i % 3) + 0.5);
      const train: Dataset = { ...data, weight };
      const params = { ...EXACT, base_score: 0 };
      const own = await fitBoosted(xgboost, train, params, { objective: CUSTOM[task] });
      const builtIn = await fitBoosted(xgboost, train, params);
      const [a, b] = [own.predict(data.x), builtIn.predict(data.x)];
      const [found, expected] = [a.probabilities ?? a.values, b.probabilities ?? b.values];
      found.forEach((value, i) => {
        assert.ok(Math.abs(value - expected[i]!) < 1e-4, `${value} is ${expected[i]}`);
      });
      assert.equal(own.save().manifest.objective, CUSTOM[task].name);
    });
  }
});

describe('weighted quantiles', () => {
  const quantile = (pairs: [number, number][], share: number, interpolation: 'inclusive' | 'exclusive'): number => {
    const whole = pairs.every(([, weight]) => Number.isInteger(weight));
    const values = new WeightedValues(new Float64Array(50), new Float64Array(50), interpolation, whole);
    for (const [value, weight] of pairs) values.add(value, weight);
    return values.quantile(share);
  };

  it('are those of the sorted values', () => {
    const sorted = range(11).map((i) => i * i);
    const mixed = [7, 3, 10, 0, 5, 1, 9, 2, 8, 4, 6].map((i): [number, number] => [sorted[i]!, 1]);
    for (const share of [0, 0.1, 0.25, 0.37, 0.5, 0.9, 1]) {
      const place = share * 10;
      const low = Math.floor(place);
      const between = sorted[low]! + (place - low) * ((sorted[low + 1] ?? 0) - sorted[low]!);
      assert.ok(Math.abs(quantile(mixed, share, 'inclusive') - between) < 1e-9);
    }
    assert.equal(quantile(mixed, 0.5, 'exclusive'), 25);
  });

  it('with weights, are those of repeated values, or the value that reaches the share', () => {
    assert.equal(
      quantile(
        [
          [5, 1],
          [1, 3],
          [9, 0],
        ],
        0.5,
        'inclusive',
      ),
      1,
    );
    assert.equal(
      quantile(
        [
          [5, 2],
          [1, 2],
        ],
        0.5,
        'inclusive',
      ),
      3,
    );
    assert.equal(
      quantile(
        [
          [5, 0.5],
          [1, 0.3],
          [3, 0.4],
        ],
        0.5,
        'exclusive',
      ),
      3,
    );
    assert.equal(quantile([], 0.5, 'inclusive'), 0);
  });
});
