import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Column } from '@trainyard/data';
import { anomalyTruth } from './anomaly-truth.js';

const numbers = (...values: number[]): Column => ({ kind: 'numeric', name: 'odd', values: Float64Array.from(values) });
const texts = (categories: string[], ...codes: number[]): Column => ({
  kind: 'categorical',
  name: 'odd',
  categories,
  codes: Int32Array.from(codes),
});

describe('the known anomalies of a column', () => {
  it('are its ones, even where all rows are alike (bug: data without anomalies could not be evaluated)', () => {
    assert.deepEqual([...anomalyTruth(numbers(0, 0, Number.NaN))], [0, 0, Number.NaN]);
    assert.deepEqual([...anomalyTruth(numbers(1, 1))], [1, 1]);
    assert.deepEqual([...anomalyTruth(texts(['true', 'false'], 0, 1, -1))], [1, 0, Number.NaN]);
  });

  it('are not guessed from words or signs (bug: of "attack" and "normal" the normal rows were the anomalies)', () => {
    const refused = { code: 'FEATURE_INVALID', message: /"odd" is .* in row 2: known anomalies are 1/ };
    assert.throws(() => anomalyTruth(texts(['0', 'attack'], 0, 1)), refused);
    assert.throws(() => anomalyTruth(numbers(1, -1)), refused);
  });
});
