import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Played } from '@trainyard/flow/testing';
import { metricsInProduction, productionMetrics } from './production-metrics.js';

const registered = (version: string, log_loss: number) => ({
  type: 'ModelVersionRegistered' as const,
  data: {
    modelId: 'mdl-1',
    modelName: 'late',
    version,
    ordinal: 1,
    jobId: 'j',
    task: 'binary',
    model: 'lightgbm',
    artifact: 'a',
    metrics: { log_loss },
    changelog: '',
    registeredAt: 1,
  },
});
const moved = (version: string, from: string, to: string) => ({
  type: 'StageChanged' as const,
  data: { modelId: 'mdl-1', modelName: 'late', version, from, to, reason: '', changedAt: 1 },
});

describe('what is in production', () => {
  it('is known whichever of its two facts comes first', () => {
    const orders = [
      [registered('1.0.0', 0.4), moved('1.0.0', 'Development', 'Production')],
      [moved('1.0.0', 'Development', 'Production'), registered('1.0.0', 0.4)],
    ];
    for (const facts of orders) {
      const played = new Played(productionMetrics, 'late');
      for (const fact of facts) played.tell(fact);
      assert.deepEqual(metricsInProduction(played.state), { log_loss: 0.4 });
      for (const fact of facts) assert.deepEqual(played.tell(fact), []);
    }
  });

  it('follows a roll-back and an end', () => {
    const played = new Played(productionMetrics, 'late');
    assert.equal(metricsInProduction(played.state), undefined);
    played.tell(registered('1.0.0', 0.4));
    played.tell(registered('1.1.0', 0.5));
    assert.equal(metricsInProduction(played.state), undefined);
    played.tell(moved('1.1.0', 'Development', 'Production'));
    played.tell(moved('1.1.0', 'Production', 'Archived'));
    played.tell(moved('1.0.0', 'Archived', 'Production'));
    assert.deepEqual(metricsInProduction(played.state), { log_loss: 0.4 });
    played.tell({ type: 'ModelDeleted', data: { modelId: 'mdl-1', modelName: 'late', deletedAt: 1 } });
    assert.equal(metricsInProduction(played.state), undefined);
  });
});
