import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Dataset } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { createModel } from '../definition.js';
import { dbscan } from './dbscan.js';
import { type GaussianMixture, gaussianMixture } from './gaussian-mixture.js';
import { kmeans } from './kmeans.js';

/** Values that scikit-learn gave for the same rows from the same first centres: fixtures/make-clusters.py. */
const peer = JSON.parse(readFileSync(new URL('../../src/fixtures/clusters-sklearn.json', import.meta.url), 'utf8'));
const names = ['a', 'b', 'c'];
const { rows, cols, k } = peer;
const data: Dataset = {
  task: 'clustering',
  x: { rows, cols, data: Float32Array.from(peer.x), names },
  y: new Float64Array(0),
};
const weight = Float64Array.from(peer.weight);

function near(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  assert.equal(found.length, expected.length, what);
  for (let i = 0; i < found.length; i++) {
    const gap = Math.abs(found[i]! - expected[i]!);
    assert.ok(gap <= tolerance * Math.max(1, Math.abs(expected[i]!)), `${what} ${i}: ${found[i]}, not ${expected[i]}`);
  }
}

describe('scikit-learn clusters alike', () => {
  for (const name of ['plain', 'weighted'] as const) {
    it(`kmeans, ${name}, from the same centres`, async () => {
      const centres = Float64Array.from(peer.start);
      const initial: ModelArtifact = {
        format: 'trainyard.kmeans',
        version: 1,
        manifest: { names, params: {} },
        arrays: { centres, weights: new Float64Array(k), means: new Float64Array(cols) },
      };
      const model = createModel(kmeans, { n_clusters: k }, 'clustering');
      const train = name === 'weighted' ? { ...data, weight } : data;
      const { trainLoss, iterations } = await model.fit(train, { seed: 1, initial });
      const expected = peer.kmeans[name];
      assert.deepEqual([...model.predict(data.x).values], expected.labels);
      const total = name === 'weighted' ? weight.reduce((a, b) => a + b) : rows;
      near([trainLoss * total], [expected.inertia], 1e-6, 'inertia');
      near(model.save().arrays.centres as Float64Array, expected.centres, 1e-6, 'centre');
      assert.equal(iterations, expected.iterations);
    });
  }

  for (const type of ['full', 'tied', 'diag', 'spherical'] as const) {
    it(`gaussian_mixture ${type}, from the same components`, async () => {
      const identity = Float64Array.from({ length: cols * cols }, (_, i) => (i % (cols + 1) === 0 ? 1 : 0));
      const ones = new Float64Array(k * cols).fill(1);
      const full = Float64Array.from({ length: k * cols * cols }, (_, i) => identity[i % (cols * cols)]!);
      const covariances = { full, tied: identity, diag: ones, spherical: ones.subarray(0, k) }[type];
      const params = { n_components: k, covariance_type: type };
      const arrays = {
        ...{ weights: new Float64Array(k).fill(1 / k), means: Float64Array.from(peer.start) },
        ...{ covariances, criteria: new Float64Array(3) },
      };
      const initial = { format: 'trainyard.gaussian-mixture', version: 1, manifest: { names, params }, arrays };
      const model = createModel(gaussianMixture, { ...params, tol: 1e-4, max_iter: 50 }, 'clustering');
      const { iterations } = await model.fit(data, { seed: 1, initial });
      const expected = peer.mixture[type];
      assert.equal(iterations, expected.iterations);
      const { criteria } = model as GaussianMixture;
      near(
        [criteria.logLikelihood, criteria.bic, criteria.aic],
        [expected.logLikelihood, expected.bic, expected.aic],
        1e-6,
        'criterion',
      );
      const saved = model.save().arrays;
      near(saved.means as Float64Array, expected.means, 1e-6, 'mean');
      near(saved.weights as Float64Array, expected.weights, 1e-6, 'weight');
      near(saved.covariances as Float64Array, expected.covariances, 1e-6, 'covariance');
      const { probabilities, logLikelihood } = model.predict({ ...data.x, rows: 5 });
      near(logLikelihood!, expected.samples, 1e-6, 'log likelihood');
      near(probabilities!, expected.proba, 1e-6, 'probability');
    });
  }

  for (const { labels, weighted, ...params } of peer.dbscan) {
    it(`dbscan ${JSON.stringify(params)}${weighted ? ', weighted' : ''}`, async () => {
      const model = createModel(dbscan, params, 'clustering');
      const train = weighted ? { ...data, weight } : data;
      const { trainLoss } = await model.fit(train, { seed: 1 });
      const { values } = model.predict(data.x);
      const total = weighted ? weight.reduce((a, b) => a + b) : rows;
      const noise = (labels as number[]).reduce(
        (sum, label, i) => (label < 0 ? sum + (weighted ? weight[i]! : 1) : sum),
        0,
      );
      near([trainLoss], [noise / total], 1e-12, 'share of noise');
      // A row at the edge of two clusters goes to the first in the fit, and to the nearer when it is predicted.
      const other = [...values].filter((value, i) => value !== labels[i]);
      assert.ok(other.length <= 2 && !other.includes(-1), `${other.length} rows differ`);
    });
  }
});
