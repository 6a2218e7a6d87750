import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { NeighbourSearch } from '@trainyard/kernels';
import { createModel } from '../definition.js';
import { knn } from './knn.js';
import { type KnnParams, searchOptions } from './parameters.js';

/** Values that scikit-learn gave for the same data: fixtures/make.py. */
const peer = JSON.parse(
  readFileSync(new URL('../../src/neighbours/fixtures/knn-sklearn.json', import.meta.url), 'utf8'),
);
const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const x = { rows: peer.rows, cols: peer.cols, data: Float32Array.from(peer.x), names };
const test = { rows: peer.queries, cols: peer.cols, data: Float32Array.from(peer.test), names };

function near(found: ArrayLike<number>, expected: readonly number[], tolerance: number, what: string): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => {
    assert.ok(Math.abs(found[i]! - value) <= tolerance, `${what} ${i}: ${found[i]} is not ${value}`);
  });
}

describe('scikit-learn finds the same neighbours', () => {
  for (const [name, expected] of Object.entries<Record<string, never>>(peer.cases)) {
    for (const algorithm of ['brute', 'kd_tree'] as const) {
      const { metric, p, weights } = expected as unknown as KnnParams;
      if (metric === 'cosine' && algorithm === 'kd_tree') continue;
      const params = { n_neighbors: 7, metric, p, weights, algorithm, leaf_size: 4 };
      it(`${name} by ${algorithm}`, async () => {
        const search = NeighbourSearch.over(x.data, x.cols, searchOptions(params, x.rows, x.cols), 1);
        const { rows, distances } = search.nearest(test.data, test.rows);
        assert.deepEqual([...rows], expected.rows);
        near(distances, expected.distances!, 1e-9, 'distance');
        await search.close();
        const classifier = createModel(knn, params, 'multiclass');
        const y = Float64Array.from(peer.label);
        await classifier.fit({ task: 'multiclass', x, y, classes: ['0', '1', '2'] }, { seed: 1 });
        const { values, probabilities } = classifier.predict(test);
        assert.deepEqual([...values], expected.predict);
        near(probabilities!, expected.proba!, 1e-9, 'probability');
        const regressor = createModel(knn, params, 'regression');
        await regressor.fit({ task: 'regression', x, y: Float64Array.from(peer.target) }, { seed: 1 });
        near(regressor.predict(test).values, expected.value!, 1e-9, 'value');
      });
    }
  }
});
