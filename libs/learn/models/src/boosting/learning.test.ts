import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NODE_FLAG } from '../trees/forest.js';
import { datasetOf, errorOf, fitLightGBM, mixedData } from './test-data.js';

const PRECISIONS = ['q32', 'q64', 'f64'] as const;

for (const histogram_precision of PRECISIONS) {
  describe(`lightgbm learns, ${histogram_precision}`, () => {
    it('an exclusive or, which no single column tells', async () => {
      const data = datasetOf('binary', 2000, (_, random) => {
        const [a, b, c] = [random(), random(), random()];
        return [a, b, c, a > 0.5 !== b > 0.4 ? 1 : 0];
      });
      const model = await fitLightGBM(data, { histogram_precision, n_estimators: 50 });
      assert.ok(errorOf(model, data) < 0.01);
      const { gain, split } = model.importance!();
      assert.ok(Math.min(gain[0]!, gain[1]!) > 5 * gain[2]! && split![0]! > 0);
    });

    for (const missingIs of [0, 1]) {
      it(`that missing means ${missingIs}`, async () => {
        const data = datasetOf('binary', 1000, (_, random) => {
          const value = random();
          return random() < 0.3 ? [Number.NaN, missingIs] : [value, value > 0.5 ? 1 : 0];
        });
        const model = await fitLightGBM(data, { histogram_precision, n_estimators: 30 });
        // One row may share its bin with rows of the other side of the cut.
        assert.ok(errorOf(model, data) <= 0.002);
      });
    }

    it('which set of categories goes together, whatever their codes', async () => {
      const data = datasetOf(
        'regression',
        6000,
        (_, random) => {
          const code = Math.floor(random() * 50);
          return [code, (code * 17) % 50 < 20 ? 3 : -1];
        },
        { categorical: [true] },
      );
      const params = { histogram_precision, n_estimators: 1, learning_rate: 1, num_leaves: 2, cat_l2: 0 };
      const model = await fitLightGBM(data, params);
      assert.ok(errorOf(model, data) < 1e-3, 'one split on a set separates them');
      const numeric = { ...data, x: { ...data.x, categorical: [false] } };
      assert.ok(errorOf(await fitLightGBM(numeric, params), numeric) > 1, 'one threshold cannot');
    });
  });
}

describe('lightgbm predicts', () => {
  it('a missing value, where training had none, like the larger side', async () => {
    const data = datasetOf('regression', 1000, (i) => [i / 1000, i < 300 ? 0 : 1]);
    const model = await fitLightGBM(data, { n_estimators: 1, learning_rate: 1, num_leaves: 2 });
    const x = { ...data.x, rows: 3, data: Float32Array.of(0.1, Number.NaN, 0.9) };
    const [low, missing, high] = model.predict(x).values;
    assert.ok(low! < 0.01 && high! > 0.99);
    assert.equal(missing, high);
  });

  it('a category never seen like the categories that are not in the set', async () => {
    const data = datasetOf('regression', 3000, (i) => [i % 30, i % 30 < 10 ? 5 : 0], { categorical: [true] });
    const model = await fitLightGBM(data, { n_estimators: 1, learning_rate: 1, num_leaves: 2, cat_l2: 0 });
    const codes = Float32Array.of(0, 20, 30, 1e6, -1, 2.5);
    const { values } = model.predict({ ...data.x, rows: codes.length, data: codes });
    const flag = (model.save().arrays.flag as Uint8Array)[0];
    assert.equal(flag, NODE_FLAG.categorical);
    const outside = values.find((_, i) => i < 2 && values[i] === values[2])!;
    assert.deepEqual([...values.slice(2)], [outside, outside, outside, outside]);
    assert.notEqual(values[0], values[1]);
  });

  it('with 2,000 categories, the rare ones together', async () => {
    const data = datasetOf(
      'binary',
      20_000,
      (_, random) => {
        const code = Math.floor(random() ** 4 * 2000);
        return [code, random(), code % 3 === 0 ? 1 : 0];
      },
      { categorical: [true, false] },
    );
    const model = await fitLightGBM(data, { min_data_per_group: 10 });
    assert.ok(errorOf(model, data) < 0.2, `${errorOf(model, data)}`);
  });
});

describe('lightgbm keeps to its parameters', () => {
  const data = mixedData('regression', 3000);

  it('num_leaves and max_depth', async () => {
    const shallow = await fitLightGBM(data, { n_estimators: 5, max_depth: 2 });
    const { feature, roots } = shallow.save().arrays as { feature: Int32Array; roots: Int32Array };
    assert.equal(roots.length, 5);
    assert.ok(feature.length <= 5 * 7, 'four leaves a tree');
    const wide = await fitLightGBM(data, { n_estimators: 1, num_leaves: 9 });
    assert.equal((wide.save().arrays.feature as Int32Array).length, 17);
  });

  it('min_child_samples: in regression a leaf covers that many rows', async () => {
    const model = await fitLightGBM(data, { n_estimators: 3, min_child_samples: 200 });
    const { cover, feature } = model.save().arrays as { cover: Float32Array; feature: Int32Array };
    assert.ok(feature.some((f) => f >= 0));
    assert.ok(cover.every((rows) => rows >= 200));
    assert.equal(cover[0], 3000);
  });

  it('reg_alpha, reg_lambda and min_split_gain shrink and prune', async () => {
    const spreadOf = async (params: Record<string, unknown>): Promise<number> => {
      const { values } = (await fitLightGBM(data, { n_estimators: 3, ...params })).predict(data.x);
      return Math.max(...values) - Math.min(...values);
    };
    const plain = await spreadOf({});
    assert.ok((await spreadOf({ reg_lambda: 1000 })) < plain);
    assert.ok((await spreadOf({ reg_alpha: 100 })) < plain);
    assert.ok((await spreadOf({ reg_alpha: 1e6 })) < 1e-9);
    assert.ok((await spreadOf({ min_split_gain: 1e9 })) < 1e-9);
  });

  it('colsample_bytree and subsample leave out features and rows', async () => {
    const one = await fitLightGBM(data, { n_estimators: 4, colsample_bytree: 0.01 });
    const { feature, roots } = one.save().arrays as { feature: Int32Array; roots: Int32Array };
    roots.forEach((root, t) => {
      const used = new Set(feature.slice(root, roots[t + 1]).filter((f) => f >= 0));
      assert.ok(used.size <= 1, 'one feature a tree');
    });
    const half = await fitLightGBM(data, { n_estimators: 4, subsample: 0.5, subsample_freq: 1 });
    const cover = (half.save().arrays.cover as Float32Array)[0]!;
    assert.ok(cover > 1300 && cover < 1700, `${cover} rows`);
    assert.ok(errorOf(half, data) < errorOf(await fitLightGBM(data, { n_estimators: 1 }), data));
  });

  it('scale_pos_weight raises the second class, and is refused elsewhere', async () => {
    const binary = mixedData('binary', 1000);
    const mean = async (params: Record<string, unknown>): Promise<number> =>
      (await fitLightGBM(binary, { n_estimators: 5, ...params }))
        .predict(binary.x)
        .probabilities!.reduce((sum, p, i) => sum + (i % 2 ? p : 0), 0);
    assert.ok((await mean({ scale_pos_weight: 10 })) > (await mean({})));
    await assert.rejects(fitLightGBM(data, { scale_pos_weight: 2 }), { code: 'PARAMETER_INVALID' });
  });
});
