import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TablePredictions } from './predictor.js';
import { valueColumns } from './value-columns.js';

const written = (result: Omit<TablePredictions, 'missingFeatures'>) =>
  valueColumns({ ...result, missingFeatures: [] }).map(({ name, at }) => [name, at(1)]);

describe('predictions in the columns of a file', () => {
  it('are one column, with the ends of intervals beside it', () => {
    const lower = Float64Array.of(0, 1);
    const upper = Float64Array.of(2, 3);
    assert.deepEqual(written({ predictions: ['no', 'yes'] }), [['prediction', 'yes']]);
    assert.deepEqual(written({ predictions: [1, 2], lower, upper }), [
      ['prediction', 2],
      ['lower', 1],
      ['upper', 3],
    ]);
  });

  it('are one a step or target of several values', () => {
    const lower = Float64Array.of(0, 1, 2, 3);
    const steps = written({
      predictions: [
        [1, 2],
        [3, 4],
      ],
      outputs: ['1', '2'],
      lower,
      upper: lower,
    });
    assert.deepEqual(steps.slice(0, 4), [
      ['prediction_1', 3],
      ['prediction_2', 4],
      ['lower_1', 2],
      ['lower_2', 3],
    ]);
    const named = written({
      predictions: [
        { a: 1, b: 2 },
        { a: 5, b: 6 },
      ],
      outputs: ['a', 'b'],
    });
    assert.deepEqual(named, [
      ['prediction_a', 5],
      ['prediction_b', 6],
    ]);
  });

  it('stand under their own names when those are whole numbers (bug: columns 2030 and 2025 were swapped)', () => {
    const predictions: Record<string, number>[] = [{}, { 2030: 30, 2025: 25 }];
    assert.deepEqual(written({ predictions, outputs: ['2030', '2025'] }), [
      ['prediction_2030', 30],
      ['prediction_2025', 25],
    ]);
  });

  it('have the score of anomalies', () => {
    assert.deepEqual(written({ predictions: [0, 1], scores: Float64Array.of(0.5, 9) }), [
      ['prediction', 1],
      ['score', 9],
    ]);
  });
});
