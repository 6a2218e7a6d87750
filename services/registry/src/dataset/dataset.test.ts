import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { candidateOf, Played } from '@trainyard/flow/testing';
import { dataset } from './dataset.js';

const { dataset: snapshot } = candidateOf();
const profile = {
  digest: 'p',
  rows: 1000,
  format: 'csv',
  columns: [{ name: 'x', type: 'number', missing: 0, distinct: 10 }],
  warnings: [],
};
const register = { type: 'Register' as const, name: 'flights.csv', bytes: 123, profile };

describe('a dataset', () => {
  it('is registered once, whatever name the bytes come under', () => {
    const played = new Played(dataset, snapshot.hash);
    played.tell(register);
    assert.deepEqual(played.tell({ ...register, name: 'again.csv' }), []);
    assert.equal(played.state?.name, 'flights.csv');
    assert.equal(played.said('DatasetRegistered').length, 1);
    assert.equal(played.said('DatasetRegistered')[0]?.uri, `dataset://${snapshot.hash}`);
  });

  it('is known from a job that read it, and completed by a later upload', () => {
    const played = new Played(dataset, snapshot.hash);
    played.tell({ type: 'SeeSnapshot', snapshot });
    assert.deepEqual(played.tell({ type: 'SeeSnapshot', snapshot }), []);
    assert.equal(played.state?.source, 'file:///data/flights.csv');
    assert.equal(played.state?.bytes, null);
    played.tell(register);
    assert.equal(played.state?.bytes, 123);
    assert.equal(played.state?.source, 'file:///data/flights.csv');
    assert.deepEqual(played.tell({ type: 'SeeSnapshot', snapshot }), []);
  });
});
