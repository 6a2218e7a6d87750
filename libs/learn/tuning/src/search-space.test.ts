import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LearnError } from '@trainyard/data';
import { findModel, listModels } from '@trainyard/models';
import { checkSpace, type DimensionInput } from './index.js';

const logistic = findModel('logistic');

function failure(space: Record<string, DimensionInput>): string {
  try {
    checkSpace(space, logistic);
  } catch (error) {
    assert.ok(error instanceof LearnError);
    return `${error.code} ${error.where.field}`;
  }
  return 'nothing was thrown';
}

describe('checkSpace', () => {
  it('takes dimensions as events carry them, with nulls', () => {
    const checked = checkSpace(
      { C: { type: 'float', low: 0.1, high: 10, log: true, step: null, choices: null } },
      logistic,
    );
    assert.deepEqual(checked, { C: { type: 'float', low: 0.1, high: 10, log: true } });
  });

  it('accepts the default space of every model', () => {
    for (const model of listModels()) assert.deepEqual(checkSpace(model.space, model), model.space);
  });

  it('says which dimension is wrong', () => {
    assert.equal(failure({ D: { type: 'float', low: 1, high: 2 } }), 'PARAMETER_UNKNOWN search.space.D');
    const wrong: Record<string, DimensionInput[]> = {
      C: [
        { type: 'float', low: 2, high: 1 },
        { type: 'float', low: 0, high: 1, log: true },
        { type: 'float', low: -1, high: 1 },
        { type: 'float', low: 1 },
        { type: 'float', low: 1, high: 2, step: 1 },
        { type: 'uniform', low: 1, high: 2 },
        { type: 'categorical', choices: [] },
        { type: 'categorical', choices: ['x'] },
      ],
      max_iter: [
        { type: 'int', low: 1.5, high: 3 },
        { type: 'int', low: 1, high: 3, step: 0 },
        { type: 'int', low: 1, high: 3, step: 1, log: true },
        { type: 'float', low: 1, high: 2.5 },
      ],
    };
    for (const [name, dimensions] of Object.entries(wrong)) {
      for (const dimension of dimensions) {
        assert.equal(
          failure({ [name]: dimension }),
          `PARAMETER_INVALID search.space.${name}`,
          JSON.stringify(dimension),
        );
      }
    }
  });
});
