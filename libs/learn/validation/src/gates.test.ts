import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LearnError } from '@trainyard/data';
import { checkGates, type Gate, validateGates } from './index.js';

const metrics = { roc_auc: 0.8, log_loss: 0.4 };

const failsWith = (code: string, field: string) => (error: unknown) =>
  error instanceof LearnError && error.code === code && error.where.field === field;

describe('checkGates', () => {
  it('passes without gates', () => {
    assert.deepEqual(checkGates([], metrics), { passed: true, results: [] });
  });

  it('holds bounds, inclusive', () => {
    const { passed, results } = checkGates(
      [
        { metric: 'roc_auc', min: 0.8 },
        { metric: 'log_loss', max: 0.3, min: null },
      ],
      metrics,
    );
    assert.equal(passed, false);
    assert.deepEqual(
      results.map((result) => result.passed),
      [true, false],
    );
    assert.equal(results[1]!.reason, 'log_loss is 0.4, which is not at most 0.3.');
    assert.equal(results[1]!.threshold, 0.3);
  });

  it('compares with production in the direction of the metric', () => {
    const gates: Gate[] = [
      { metric: 'auc', betterThan: 'production' },
      { metric: 'log_loss', betterThan: 'production' },
    ];
    const outcome = (production?: Record<string, number>) =>
      checkGates(gates, metrics, production).results.map((r) => r.passed);
    assert.deepEqual(outcome({ roc_auc: 0.7, log_loss: 0.3 }), [true, false]);
    assert.deepEqual(outcome({ roc_auc: 0.8, log_loss: 0.5 }), [false, true]);
    assert.deepEqual(outcome(), [true, true]);
  });

  it('fails a gate whose metric was not measured', () => {
    const { passed, results } = checkGates([{ metric: 'rmse', max: 1 }], metrics);
    assert.equal(passed, false);
    assert.equal(results[0]!.value, null);
  });

  it('refuses gates that can never be checked', () => {
    assert.throws(() => validateGates([{ metric: 'rocauc2', min: 1 }]), failsWith('METRIC_UNKNOWN', 'gates[0].metric'));
    assert.throws(
      () => validateGates([{ metric: 'rmse', min: 1 }], 'binary'),
      failsWith('METRIC_UNKNOWN', 'gates[0].metric'),
    );
    assert.throws(() => validateGates([{ metric: 'rmse' }]), failsWith('PARAMETER_INVALID', 'gates[0]'));
    const alpha = [{ metric: 'roc_auc', betterThan: 'production', alpha: 0.05 }];
    assert.throws(() => validateGates(alpha), failsWith('OPTION_UNSUPPORTED', 'gates[0].alpha'));
    const other = [{ metric: 'roc_auc', betterThan: 'v1' }];
    assert.throws(() => validateGates(other), failsWith('PARAMETER_INVALID', 'gates[0].betterThan'));
  });
});
