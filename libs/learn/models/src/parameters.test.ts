import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LearnError } from '@trainyard/data';
import type { ParameterSchema } from './model.js';
import { resolveParameters } from './parameters.js';

const params: ParameterSchema = {
  n_estimators: { type: 'int', default: 100, min: 1, aliases: ['num_boost_round', 'n_iter'], description: 'rounds' },
  learning_rate: { type: 'float', default: 0.1, min: 0, exclusiveMin: true, max: 1, description: 'step' },
  boost: { type: 'enum', values: ['gbdt', 'dart'], default: 'gbdt', description: 'kind' },
  max_depth: { type: 'int', default: null, nullable: true, description: 'depth' },
};
const owner = { name: 'tree', params };

function failure(given: Record<string, unknown>): LearnError {
  try {
    resolveParameters(owner, given);
  } catch (error) {
    assert.ok(error instanceof LearnError);
    return error;
  }
  return assert.fail('nothing was thrown');
}

describe('resolveParameters', () => {
  it('completes with defaults and renames aliases', () => {
    assert.deepEqual(resolveParameters(owner, { num_boost_round: 5 }), {
      n_estimators: 5,
      learning_rate: 0.1,
      boost: 'gbdt',
      max_depth: null,
    });
  });

  it('names an unknown parameter and the nearest valid one', () => {
    const error = failure({ learning_rat: 0.1 });
    assert.equal(error.code, 'PARAMETER_UNKNOWN');
    assert.equal(error.where.field, 'params.learning_rat');
    assert.match(error.message, /no parameter "learning_rat".*Did you mean "learning_rate"\?/);
    assert.match(failure({ numBoostRound: 1 }).message, /Did you mean "num_boost_round" or/);
    assert.equal(failure({ constructor: 1 }).code, 'PARAMETER_UNKNOWN');
  });

  it('says the field, the value and the range of a wrong one', () => {
    const error = failure({ n_iter: 0 });
    assert.equal(error.code, 'PARAMETER_INVALID');
    assert.equal(error.message, 'params.n_iter is 0, but must be an integer >= 1.');
    assert.equal(
      failure({ learning_rate: 0 }).message,
      'params.learning_rate is 0, but must be a number > 0 and <= 1.',
    );
    assert.equal(failure({ boost: 'goss' }).message, 'params.boost is "goss", but must be one of "gbdt", "dart".');
    assert.equal(failure({ max_depth: '3' }).message, 'params.max_depth is "3", but must be an integer or null.');
  });

  it('refuses one parameter under two names', () => {
    assert.equal(failure({ n_iter: 1, n_estimators: 2 }).code, 'PARAMETER_INVALID');
  });
});
