import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Dataset } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { sampleDataset, slice } from '../checks/sample-data.js';
import { createModel } from '../definition.js';
import type { FitOptions, Model } from '../model.js';
import { takeDatasetRows } from '../take-rows.js';
import { extraTrees, randomForest } from './index.js';

async function fit(
  data: Dataset,
  params: Record<string, unknown> = {},
  options: Partial<FitOptions> = {},
): Promise<Model> {
  const model = createModel(randomForest, { n_estimators: 30, ...params }, data.task);
  await model.fit(data, { seed: 3, ...options });
  return model;
}

const arraysOf = (model: Model) =>
  model.save().arrays as { roots: Int32Array; feature: Int16Array; cover: Float32Array; value: Float32Array };

describe('forests keep to their parameters', () => {
  const data = sampleDataset('multiclass', { rows: 600 });

  it('max_depth, min_samples_leaf and min_impurity_decrease end trees early', async () => {
    const leaves = async (params: Record<string, unknown>) => arraysOf(await fit(data, params)).cover.length;
    const full = await leaves({});
    assert.ok((await leaves({ max_depth: 2 })) <= 30 * 4);
    assert.ok((await leaves({ min_samples_split: 50 })) < full / 2);
    assert.equal(await leaves({ min_impurity_decrease: 1 }), 30, 'single leaves');
    const { cover } = arraysOf(await fit(data, { min_samples_leaf: 20, bootstrap: false }));
    assert.ok(cover.every((rows) => rows >= 20));
  });

  it('max_features and max_samples choose columns and rows', async () => {
    const { cover, roots } = arraysOf(await fit(data, { max_samples: 0.25, max_depth: 1 }));
    const tree = cover.slice(0, Math.ceil(cover.length / roots.length));
    assert.equal(tree[0]! + tree[1]!, 150);
    const one = await fit(data, { max_features: 1e-9, max_depth: 1, n_estimators: 200 });
    const { split } = one.importance!();
    assert.ok(
      split!.every((count) => count > 10),
      'one random column a node: each gets its turn',
    );
    const all = await fit(data, { max_features: 'all', max_depth: 1 });
    assert.ok(all.importance!().split![0]! >= 25, 'all columns: the best one nearly always');
  });

  it('class_weight raises the rarer class, in the whole and in each sample', async () => {
    const y = data.y.map((value, i) => (value === 2 && i % 10 !== 0 ? 1 : value));
    const shareOfRare = async (class_weight: string | null): Promise<number> => {
      const { probabilities } = (await fit({ ...data, y }, { class_weight, max_depth: 3 })).predict(data.x);
      return probabilities!.reduce((sum, p, i) => sum + (i % 3 === 2 ? p : 0), 0);
    };
    const plain = await shareOfRare(null);
    assert.ok((await shareOfRare('balanced')) > 2 * plain);
    assert.ok((await shareOfRare('balanced_subsample')) > 2 * plain);
  });

  it('refuses what does not go together', () => {
    const wrong = [
      [{ criterion: 'squared_error' }, 'multiclass', 'criterion'],
      [{ criterion: 'gini' }, 'regression', 'criterion'],
      [{ class_weight: 'balanced' }, 'regression', 'class_weight'],
      [{ bootstrap: false, oob_score: true }, 'binary', 'oob_score'],
      [{ bootstrap: false, max_samples: 0.5 }, 'binary', 'max_samples'],
      [{ max_features: 'some' }, 'binary', 'max_features'],
    ] as const;
    for (const [params, task, name] of wrong) {
      const where = { field: `params.${name}` };
      assert.throws(() => createModel(randomForest, params, task), { code: 'PARAMETER_INVALID', where });
    }
  });
});

describe('a random forest', () => {
  it('tells values of one bin apart in small nodes', async () => {
    const data = sampleDataset('regression', { rows: 2000 });
    const model = await fit(data, { n_estimators: 1, bootstrap: false, max_features: 'all', max_bin: 8 });
    const { values } = model.predict(data.x);
    assert.ok(values.every((value, i) => Math.abs(value - data.y[i]!) < 1e-5));
  });

  for (const task of ['multiclass', 'regression'] as const) {
    it(`scores rows out of bag as well as rows it has not seen: ${task}`, async () => {
      const data = sampleDataset(task, { rows: 800 });
      const [train, test] = [slice(data, 0, 600), slice(data, 600, 800)];
      const model = createModel(randomForest, { oob_score: true, n_estimators: 60 }, task);
      const { oobScore } = await model.fit(train, { seed: 1 });
      const { values } = model.predict(test.x);
      const mean = test.y.reduce((sum, y) => sum + y, 0) / 200;
      const errors = values.reduce((sum, v, i) => sum + (v - test.y[i]!) ** 2, 0);
      const r2 = 1 - errors / test.y.reduce((sum, y) => sum + (y - mean) ** 2, 0);
      const right = values.reduce((sum, v, i) => sum + Number(v === test.y[i]), 0) / 200;
      const seen = task === 'regression' ? r2 : right;
      assert.ok(Math.abs(oobScore! - seen) < 0.06, `${oobScore} out of bag, ${seen} on other rows`);
      assert.equal(model.save().manifest.oobScore, oobScore);
    });
  }

  it('grows more trees on those it is given', async () => {
    const data = sampleDataset('binary');
    const first = await fit(data, { n_estimators: 10 });
    const more = await fit(data, { n_estimators: 5 }, { initial: first.save() });
    const whole = await fit(data, { n_estimators: 15 });
    assert.equal(arraysOf(more).roots.length, 15);
    assert.deepEqual(more.predict(data.x), whole.predict(data.x));
    const other = sampleDataset('binary', { cols: 4 });
    await assert.rejects(fit(other, {}, { initial: first.save() }), { code: 'OPTION_UNSUPPORTED' });
  });

  it('is aborted in the middle of a tree', async () => {
    const data = sampleDataset('regression', { rows: 60_000, cols: 12 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const onProgress = () => assert.fail('no tree is finished by then');
    const params = { n_estimators: 3, max_features: 'all' };
    await assert.rejects(fit(data, params, { signal: controller.signal, onProgress }), { code: 'ABORTED' });
  });

  it('refuses damaged trees', async () => {
    const artifact = (await fit(sampleDataset('binary'), { n_estimators: 3 })).save();
    const { feature, value, roots, threshold } = artifact.arrays;
    const wrong: ModelArtifact['arrays'][] = [
      { feature: (feature as Int16Array).map((f) => (f >= 0 ? 5 : f)) },
      { feature: (feature as Int16Array).map(() => -1) },
      { value: (value as Uint8Array).map(() => 200) },
      { roots: (roots as Int32Array).map((root) => root + 1) },
      { threshold: (threshold as Float32Array).slice(1) },
    ];
    for (const arrays of wrong) {
      const damaged = { ...artifact, arrays: { ...artifact.arrays, ...arrays } };
      assert.throws(() => randomForest.load(damaged), { code: 'ARTIFACT_INVALID' });
    }
  });
});

describe('intervals of a forest', () => {
  for (const definition of [randomForest, extraTrees]) {
    it(`hold about as many values as they say, and widen with the noise: ${definition.name}`, async () => {
      const random = createRandom(5);
      const rows = 3000;
      const x = Float32Array.from({ length: rows * 2 }, () => random.next());
      const y = Float64Array.from(
        { length: rows },
        (_, i) => 3 * x[2 * i]! + (x[2 * i + 1]! > 0.5 ? 1 : 0.1) * random.normal(),
      );
      const data: Dataset = { task: 'regression', x: { rows, cols: 2, data: x, names: ['a', 'b'] }, y };
      const model = createModel(definition, { n_estimators: 200, min_samples_leaf: 10 }, 'regression');
      await model.fit(slice(data, 0, 2000), { seed: 1 });
      const test = slice(data, 2000, 3000);
      const { mean, variance, lower, upper, kind } = model.predictUncertainty!(test.x, 0.8);
      assert.equal(kind, 'total');
      assert.deepEqual(mean, model.predict(test.x).values);
      const inside = test.y.filter((value, i) => value >= lower[i]! && value <= upper[i]!).length;
      assert.ok(inside > 720 && inside < 880, `${inside} of 1000 in 80 % intervals`);
      const noisy = Array.from(test.y.keys()).filter((i) => test.x.data[2 * i + 1]! > 0.6);
      const quiet = Array.from(test.y.keys()).filter((i) => test.x.data[2 * i + 1]! < 0.4);
      const average = (of: Float64Array, at: number[]) => at.reduce((sum, i) => sum + of[i]!, 0) / at.length;
      assert.ok(average(variance, noisy) > 3 * average(variance, quiet));
      const one = model.predictUncertainty!(takeDatasetRows(test, [7]).x, 0.8);
      assert.deepEqual([one.lower[0], one.upper[0]], [lower[7], upper[7]]);
      assert.throws(() => model.predictUncertainty!(test.x, 1), { code: 'PARAMETER_INVALID' });
    });
  }
});
