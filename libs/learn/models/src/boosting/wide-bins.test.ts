import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { datasetOf, errorOf, fitLightGBM, mixedData } from './test-data.js';

describe('bins of two bytes', () => {
  for (const histogram_precision of ['q32', 'f64']) {
    it(`give the very trees that bins of one byte give where these suffice: ${histogram_precision}`, async () => {
      const data = mixedData('multiclass', 3000);
      // At most 200 values a column: both have a bin for each.
      const values = data.x.data.map((value, i) => (i % data.x.cols === 3 ? value : Math.round(value * 100) / 100));
      const rounded = { ...data, x: { ...data.x, data: values } };
      const params = { histogram_precision, n_estimators: 5 };
      const narrow = await fitLightGBM(rounded, { ...params, max_bin: 255 });
      const wide = await fitLightGBM(rounded, { ...params, max_bin: 1000 }, { threads: 2 });
      assert.deepEqual(wide.save().arrays, narrow.save().arrays);
    });
  }

  it('cut where bins of one byte are too coarse', async () => {
    const data = datasetOf('regression', 20_000, (i) => [i, i >= 10_007 && i < 10_012 ? 100 : 0]);
    const params = { n_estimators: 1, learning_rate: 1, min_child_samples: 1, num_leaves: 8, min_child_weight: 0 };
    assert.ok(errorOf(await fitLightGBM(data, { ...params, max_bin: 255 }), data) > 1);
    assert.ok(errorOf(await fitLightGBM(data, { ...params, max_bin: 65_535 }), data) < 1e-6);
  });
});
