import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { candidateOf, Played } from '@trainyard/flow/testing';
import { evaluation } from './evaluation.js';
import type { Outcome } from './state.js';

const candidate = candidateOf();
const trained = { type: 'TrainCompleted' as const, data: { jobId: 'job-1', candidate } };
const claim = { type: 'Claim' as const, worker: 'w', leaseMs: 100 };
const outcome: Outcome = { metrics: { log_loss: 0.4 }, gates: [], passed: true, report: 'r' };
const succeed = (attempt: number) => ({ type: 'Succeed' as const, attempt, outcome });
const fail = (attempt: number, retriable = true) => ({
  type: 'Fail' as const,
  attempt,
  code: 'X',
  message: 'no luck',
  retriable,
});

describe('an evaluation', () => {
  it('is asked for once, done under a lease, and told under the key of its job', () => {
    const played = new Played(evaluation, 'job-1');
    played.tell(trained);
    assert.deepEqual(played.tell(trained), []);
    played.tell(claim, 10);
    assert.throws(() => played.tell(claim, 10), { code: 'NOT_WAITING' });
    played.tell(succeed(1), 20);
    const [completed] = played.said('EvaluationCompleted');
    assert.equal(completed?.jobId, 'job-1');
    assert.equal(completed?.candidate?.name, 'late-flights');
    assert.equal(completed?.evaluatedAt, 20);
    assert.equal(played.announced[0]?.key, 'job-1');
    assert.equal(played.announced.length, 1);
  });

  it('refuses the late result of an attempt that lost its lease, and records that', () => {
    const played = new Played(evaluation, 'job-1');
    played.tell(trained);
    played.tell(claim, 0);
    assert.deepEqual(played.tell({ type: 'Wake' }, 50), []);
    played.tell({ type: 'Wake' }, 100);
    assert.equal(played.state?.status, 'waiting');
    played.tell(claim, 10_000);
    assert.deepEqual(played.tell(succeed(1), 10_001), ['Refused']);
    assert.throws(() => played.tell(succeed(1), 10_002), { code: 'FENCED' });
    played.tell(succeed(2), 10_003);
    assert.equal(played.state?.status, 'completed');
    assert.equal(played.said('EvaluationCompleted').length, 1);
  });

  it('is tried again nine times, then fails', () => {
    const played = new Played(evaluation, 'job-1');
    played.tell(trained);
    for (let attempt = 1; attempt <= 10; attempt++) {
      played.tell(claim, attempt * 100_000);
      played.tell(fail(attempt), attempt * 100_000 + 1);
    }
    assert.equal(played.state?.status, 'failed');
    assert.equal(played.said('EvaluationFailed').length, 1);
    assert.match(played.said('EvaluationFailed')[0]?.message ?? '', /after 10 attempts/);
  });

  it('fails at once for what trying again does not mend', () => {
    const played = new Played(evaluation, 'job-1');
    played.tell(trained);
    played.tell(claim);
    played.tell(fail(1, false));
    assert.deepEqual(played.said('EvaluationFailed'), [
      { evaluationId: 'job-1', jobId: 'job-1', code: 'X', message: 'no luck' },
    ]);
  });

  it('ends quietly when its job is cancelled, whatever its worker then says', () => {
    const played = new Played(evaluation, 'job-1');
    const cancelled = { type: 'JobCancelled' as const, data: { jobId: 'job-1', reason: '', cancelledAt: 1 } };
    assert.deepEqual(played.tell(cancelled), [], 'most jobs are cancelled before they are evaluated');
    played.tell(trained);
    played.tell(claim);
    played.tell(cancelled);
    assert.equal(played.state?.status, 'cancelled');
    assert.deepEqual(played.tell(succeed(1)), ['Refused']);
    assert.deepEqual(played.announced, []);
  });

  it('of a registered version carries its model and no job', () => {
    const played = new Played(evaluation, 'ev-1');
    const data = {
      evaluationId: 'ev-1',
      modelId: 'mdl-1',
      modelName: 'late',
      version: '1.0.0',
      artifact: 'a',
      holdout: 'h',
      gates: [],
    };
    played.tell({ type: 'EvaluateRequested', data });
    played.tell(claim);
    played.tell(succeed(1));
    const [completed] = played.said('EvaluationCompleted');
    assert.deepEqual(
      [completed?.modelId, completed?.version, completed?.jobId, completed?.candidate],
      ['mdl-1', '1.0.0', null, null],
    );
    assert.equal(played.announced[0]?.key, 'ev-1');
  });
});
