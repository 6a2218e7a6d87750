import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Dataset } from '@trainyard/data';
import { createModel } from '../definition.js';
import { dbscan } from './dbscan.js';
import { gaussianMixture } from './gaussian-mixture.js';
import { kmeans, miniBatchKMeans } from './kmeans.js';

function dataset(rows: number, cols: number, value: (row: number, column: number) => number): Dataset {
  const data = Float32Array.from({ length: rows * cols }, (_, at) => value(Math.floor(at / cols), at % cols));
  const names = Array.from({ length: cols }, (_, j) => `x${j}`);
  return { task: 'clustering', x: { rows, cols, data, names }, y: new Float64Array(0) };
}

const random = createRandom(3);
const normal = (rows: number, cols: number) => dataset(rows, cols, () => random.normal());

describe('k-means', () => {
  it('says so when there are fewer different rows than clusters', async () => {
    const three = dataset(30, 2, (row) => row % 3);
    const error = { code: 'TOO_FEW_ROWS', message: /3 different rows for 5 clusters: lower n_clusters/ };
    await assert.rejects(createModel(kmeans, { n_clusters: 5 }, 'clustering').fit(three, { seed: 1 }), error);
    const random = createModel(kmeans, { n_clusters: 5, init: 'random', n_init: 1 }, 'clustering');
    await assert.rejects(random.fit(three, { seed: 1 }), error);
    const enough = createModel(kmeans, { n_clusters: 3 }, 'clustering');
    assert.equal((await enough.fit(three, { seed: 1 })).trainLoss, 0);
  });

  it('clusters one row', async () => {
    const one = dataset(1, 3, (_, column) => column);
    for (const definition of [kmeans, miniBatchKMeans]) {
      const model = createModel(definition, { n_clusters: 1 }, 'clustering');
      await model.fit(one, { seed: 1 });
      assert.deepEqual([...model.predict(one.x).values], [0]);
    }
  });

  it('fills a cluster that is empty with the farthest row', async () => {
    const data = dataset(40, 1, (row) => (row < 20 ? row / 100 : row === 39 ? 50 : 10 + row / 100));
    const initial = {
      format: 'trainyard.kmeans',
      version: 1,
      manifest: { names: data.x.names, params: {} },
      arrays: { centres: Float64Array.of(0, 10, 1000), weights: new Float64Array(3), means: new Float64Array(1) },
    };
    const model = createModel(kmeans, { n_clusters: 3 }, 'clustering');
    await model.fit(data, { seed: 1, initial });
    assert.deepEqual([...(model.save().arrays.weights as Float64Array)], [20, 19, 1]);
  });

  it('decides in f64: rows a hair from the middle between centres far away go to the nearer', async () => {
    const far = 1e4;
    const data = dataset(64, 9, (row, column) => (column === 0 ? far + (row - 31.5) / 256 : far));
    const initial = {
      format: 'trainyard.kmeans',
      version: 1,
      manifest: { names: data.x.names, params: {} },
      arrays: {
        centres: Float64Array.from({ length: 18 }, (_, at) => (at === 0 ? far - 1 : at === 9 ? far + 1 : far)),
        weights: new Float64Array(2),
        means: new Float64Array(9),
      },
    };
    const model = createModel(kmeans, { n_clusters: 2, max_iter: 1 }, 'clustering');
    await model.fit(data, { seed: 1, initial });
    assert.deepEqual([...(model.save().arrays.weights as Float64Array)], [32, 32]);
  });

  it('gives the same bytes on one thread and on two, also where threads are used', async () => {
    const data = normal(6000, 20);
    const bytes = async (threads: number) => {
      const model = createModel(kmeans, { n_clusters: 40, max_iter: 15 }, 'clustering');
      await model.fit(data, { seed: 5, threads });
      return model.save().arrays;
    };
    assert.deepEqual(await bytes(2), await bytes(1));
  });

  it('goes on from an earlier mini-batch fit', async () => {
    const data = normal(500, 3);
    const params = { n_clusters: 4, batch_size: 100, max_iter: 1, max_no_improvement: null };
    const first = createModel(miniBatchKMeans, params, 'clustering');
    await first.fit(data, { seed: 1 });
    const second = createModel(miniBatchKMeans, params, 'clustering');
    await second.fit(data, { seed: 2, initial: first.save() });
    const seen = (second.save().arrays.weights as Float64Array).reduce((a, b) => a + b);
    assert.equal(seen, 2 * (first.save().arrays.weights as Float64Array).reduce((a, b) => a + b));
    const other = createModel(miniBatchKMeans, { ...params, n_clusters: 5 }, 'clustering');
    await assert.rejects(other.fit(data, { seed: 1, initial: first.save() }), { code: 'OPTION_UNSUPPORTED' });
  });
});

describe('a long fit', () => {
  const cases = [
    [kmeans, { n_clusters: 60, tol: 0 }],
    [gaussianMixture, { n_components: 6, tol: 0 }],
    [dbscan, { eps: 6 }],
  ] as const;
  for (const [definition, params] of cases) {
    it(`of ${definition.name} stops soon after it is aborted`, async () => {
      const data = normal(20_000, 40);
      const controller = new AbortController();
      const fit = createModel(definition, params, 'clustering').fit(data, { seed: 1, signal: controller.signal });
      let aborted = { wall: 0, cpu: 0 };
      setTimeout(() => {
        aborted = { wall: performance.now(), cpu: process.cpuUsage().user };
        controller.abort();
      }, 100);
      await assert.rejects(fit, { code: 'ABORTED' });
      const cpu = (process.cpuUsage().user - aborted.cpu) / 1000;
      assert.ok(aborted.wall > 0 && cpu < 100, `${cpu} ms of work after the abort`);
    });
  }
});

describe('gaussian mixture', () => {
  it('says what to do when a component collapses', async () => {
    const data = dataset(20, 2, (row) => row % 2);
    const model = createModel(gaussianMixture, { n_components: 2, reg_covar: 0 }, 'clustering');
    await assert.rejects(model.fit(data, { seed: 1 }), { code: 'FEATURE_INVALID', message: /reg_covar/ });
  });

  it('gives anomalies a low likelihood', async () => {
    const data = normal(300, 2);
    const model = createModel(gaussianMixture, { n_components: 2 }, 'clustering');
    await model.fit(data, { seed: 1 });
    const { logLikelihood } = model.predict(dataset(2, 2, (row) => 8 * row).x);
    assert.ok(logLikelihood![1]! < logLikelihood![0]! - 10);
  });
});

describe('dbscan', () => {
  it('is noise alone where nothing is dense', async () => {
    const data = dataset(12, 1, (row) => row * 10);
    const model = createModel(dbscan, { eps: 1, min_samples: 2 }, 'clustering');
    assert.equal((await model.fit(data, { seed: 1 })).trainLoss, 1);
    assert.deepEqual([...model.predict(data.x).values], new Array(12).fill(-1));
  });

  it('takes rows at exactly eps as neighbours', async () => {
    const data = dataset(9, 2, (row, column) => (column === 0 ? row * 0.25 : 1));
    const model = createModel(dbscan, { eps: 0.25, min_samples: 3 }, 'clustering');
    await model.fit(data, { seed: 1 });
    assert.deepEqual([...model.predict(data.x).values], new Array(9).fill(0));
  });
});
