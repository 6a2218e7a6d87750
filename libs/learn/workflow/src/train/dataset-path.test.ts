import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { it } from 'node:test';
import { datasetPath } from './dataset-path.js';

it('finds the local file that a URI means', () => {
  assert.equal(datasetPath('data/a.csv'), 'data/a.csv');
  assert.equal(datasetPath('file:///data/late%20flights.csv'), '/data/late flights.csv');
  assert.equal(datasetPath('file://localhost/data/a.csv'), '/data/a.csv');
  assert.equal(datasetPath('file://examples/my%20data/a.csv'), resolve('examples/my data/a.csv'));
  for (const [uri, code] of [
    ['file://examples/%ZZ', 'FILE_NOT_FOUND'],
    ['s3://bucket/a.csv', 'OPTION_UNSUPPORTED'],
  ] as const) {
    assert.throws(() => datasetPath(uri), { code });
  }
});
