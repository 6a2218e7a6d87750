import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dataset, Task } from '@trainyard/data';
import { BoostingEngine } from '@trainyard/kernels';
import { encodeArtifact } from '../codec.js';
import { datasetOf, fitBoosted, fitLightGBM } from './test-data.js';
import { xgboost } from './xgboost/xgboost.js';

const ROWS = 3000;
const CODES = 20;

/**
 * Numbers, a categorical column, missing values, counts that are mostly 0 and two one-hot encodings whose columns lie between the
 * others: 2 x 20 indicators, the second of them negative (their usual value is not the lowest).
 */
function sparseData(task: Task): Dataset {
  return datasetOf(
    task,
    ROWS,
    (_, random) => {
      const [a, b] = [Math.floor(random() * CODES), Math.floor(random() * random() * CODES)];
      const values = [random(), random(), random() < 0.3 ? Number.NaN : random(), Math.floor(random() * 12)];
      for (let code = 0; code < CODES; code++) values.push(a === code ? 1 : 0, b === code ? -1 : 0);
      values.push(random(), a < 3 ? 1 + Math.floor(random() * 5) : 0, a === 3 ? (random() < 0.5 ? Number.NaN : 1) : 0);
      const s = values[0]! + ((a * 7) % 11) / 8 + ((b * 5) % 7) / 6 + (values[3]! % 3) / 4 + random() / 4 - 1.7;
      return [
        ...values,
        task === 'regression' ? s : task === 'binary' ? (s > 0 ? 1 : 0) : s > 0.3 ? 2 : s > -0.3 ? 1 : 0,
      ];
    },
    { categorical: Array.from({ length: 4 + 2 * CODES + 3 }, (_, j) => j === 3) },
  );
}

/** Fits while counting the columns that the engine bundled into. */
async function columnsOf(data: Dataset, params: Record<string, unknown>): Promise<number> {
  const { bundle } = BoostingEngine.prototype;
  let columns = -1;
  BoostingEngine.prototype.bundle = async function (breathe) {
    columns = await bundle.call(this, breathe);
    return columns;
  };
  try {
    await fitLightGBM(data, { ...params, n_estimators: 1 });
    return columns;
  } finally {
    BoostingEngine.prototype.bundle = bundle;
  }
}

describe('exclusive feature bundling', () => {
  it('puts each one-hot encoding into a column', async () => {
    const data = sparseData('regression');
    assert.equal(data.x.cols, 47);
    // Four columns at the start, two encodings, and three at the end, of which the counts have conflicts with the indicators.
    assert.equal(await columnsOf(data, {}), 9);
    assert.equal(await columnsOf(data, { enable_bundle: false }), -1);
  });

  for (const histogram_precision of ['q32', 'q64', 'f64']) {
    for (const task of ['binary', 'multiclass', 'regression'] as const) {
      it(`grows the very trees that it grows without: ${task}, ${histogram_precision}`, async () => {
        const data = sparseData(task);
        const params = { histogram_precision, n_estimators: 4, min_child_samples: 5 };
        const without = await fitLightGBM(data, { ...params, enable_bundle: false });
        const bundled = await fitLightGBM(data, params);
        const two = await fitLightGBM(data, params, { threads: 2 });
        assert.deepEqual(bundled.save().arrays, without.save().arrays);
        assert.deepEqual(encodeArtifact(two.save()), encodeArtifact(bundled.save()));
      });
    }
  }

  it('grows the very trees with masks, constraints, sampled rows and rows of no weight', async () => {
    const plain = sparseData('binary');
    const data = { ...plain, weight: Float64Array.from(plain.y, (_, i) => i % 3) };
    const monotone_constraints = Array.from({ length: 47 }, (_, j) => (j === 0 || j === 8 ? 1 : j === 9 ? -1 : 0));
    const sampled = { subsample: 0.7, subsample_freq: 1, colsample_bytree: 0.6, feature_fraction_bynode: 0.7 };
    const params = { ...sampled, monotone_constraints, n_estimators: 5 };
    const without = await fitLightGBM(data, { ...params, enable_bundle: false });
    const bundled = await fitLightGBM(data, params, { threads: 2 });
    assert.deepEqual(bundled.save().arrays, without.save().arrays);
  });

  it('is part of xgboost, on any number of threads', async () => {
    const data = sparseData('multiclass');
    const [one, two] = [1, 2].map((threads) => fitBoosted(xgboost, data, { n_estimators: 4 }, { threads }));
    assert.deepEqual(encodeArtifact((await two!).save()), encodeArtifact((await one!).save()));
  });
});
