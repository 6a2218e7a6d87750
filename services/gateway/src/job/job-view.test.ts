import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Candidate } from '@trainyard/contracts';
import type { Announcement } from '@trainyard/flow';
import { acceptedRequest } from '../test-gateway.js';
import { answerOf } from './answer.js';
import type { Fact } from './facts.js';
import { type JobViewCommand, jobView } from './job-view.js';
import type { JobViewState } from './state.js';

const jobId = 'job-1';
const request = acceptedRequest(jobId);

class Story {
  state: JobViewState | undefined;
  readonly told: Announcement[] = [];
  private now = 1000;

  tell(...commands: JobViewCommand[]): this {
    for (const command of commands) {
      this.now++;
      for (const event of jobView.decide(this.state, command, { id: jobId, now: this.now })) {
        this.state = jobView.evolve(this.state, event);
        this.told.push(...jobView.announce(event, this.state));
      }
    }
    return this;
  }

  get answer() {
    return answerOf(this.state as JobViewState);
  }
}

const submit = (fingerprint = 'f', keyed = false): JobViewCommand => ({ type: 'Submit', request, fingerprint, keyed });
const candidate = { jobId, attempt: 1, name: 'late-flights', task: 'binary', model: 'logistic', warnings: [] };

const accepted: Fact = {
  type: 'JobAccepted',
  data: { jobId, name: 'late-flights', stage: 'queued', request, acceptedAt: 1 },
};
const started = (attempt: number): Fact => ({
  type: 'TrainStarted',
  data: { jobId, attempt, worker: 'w', startedAt: 2 },
});
const attemptFailed: Fact = {
  type: 'AttemptFailed',
  data: { jobId, attempt: 1, code: 'WORKER_LOST', message: 'gone', retryAt: 3 },
};
const trained: Fact = {
  type: 'TrainCompleted',
  data: { jobId, candidate: candidate as unknown as Candidate },
};
const evaluated: Fact = {
  type: 'EvaluationCompleted',
  data: { evaluationId: 'e', jobId, metrics: { auc: 0.8 }, gates: [], passed: true, report: 'r', evaluatedAt: 4 },
};
const deploying: Fact = { type: 'JobDeploying', data: { jobId, modelId: 'm', version: '1.0.0' } };
const completed: Fact = {
  type: 'JobCompleted',
  data: {
    jobId,
    modelId: 'm',
    modelName: 'late-flights',
    version: '1.0.0',
    task: 'binary',
    model: 'logistic',
    metrics: { auc: 0.8 },
    environment: 'production',
    completedAt: 5,
  },
};
const failed: Fact = {
  type: 'JobFailed',
  data: { jobId, code: 'TARGET_ONE_CLASS', message: 'one class', stage: 'running', failedAt: 5 },
};
const cancelled: Fact = { type: 'JobCancelled', data: { jobId, reason: 'asked for', cancelledAt: 5 } };

describe('JobView', () => {
  test('a request is handed on once, and followed to its end', () => {
    const story = new Story().tell(submit(), submit());
    assert.deepEqual(
      story.told.map(({ type, key }) => [type, key]),
      [['TrainRequested', jobId]],
    );
    assert.equal(story.answer.status, 'queued');
    const stages: string[] = [];
    for (const fact of [accepted, started(1), trained, evaluated, deploying, completed]) {
      story.tell(fact);
      stages.push(`${story.answer.status}/${story.answer.stage}`);
    }
    const evaluating = 'evaluating/evaluating';
    const expected = [
      'queued/queued',
      'running/running',
      evaluating,
      evaluating,
      'evaluating/deploying',
      'completed/completed',
    ];
    assert.deepEqual(stages, expected);
    assert.deepEqual(story.answer.model, { id: 'm', name: 'late-flights', version: '1.0.0' });
    assert.equal(story.answer.progress, 1);
    assert.equal(story.answer.environment, 'production');
  });

  test('a job that came over Kafka appears when it is accepted', () => {
    const { answer } = new Story().tell(accepted);
    assert.equal(answer.name, 'late-flights');
    assert.equal(answer.dataset, request.dataset.uri);
  });

  test('an attempt that failed is queued again, and the next one runs', () => {
    const story = new Story().tell(submit(), accepted, started(1), attemptFailed);
    assert.equal(story.answer.status, 'queued');
    story.tell(started(2));
    assert.deepEqual([story.answer.status, story.answer.attempts], ['running', 2]);
    story.tell(attemptFailed, started(1));
    assert.deepEqual([story.answer.status, story.answer.attempts], ['running', 2], 'late facts change nothing');
  });

  test('facts in any order end in the same place, and never move a job back', () => {
    const facts = [accepted, started(1), trained, evaluated, deploying, completed];
    for (let round = 0; round < 50; round++) {
      const order = facts.map((fact, i) => ({ fact, at: Math.sin(round * 31 + i * 17) })).sort((a, b) => a.at - b.at);
      const story = new Story().tell(submit(), ...order.map(({ fact }) => fact));
      assert.equal(story.answer.status, 'completed');
      assert.deepEqual(story.answer.metrics, { auc: 0.8 });
      assert.equal(story.answer.name, 'late-flights');
    }
  });

  test('the first end stays', () => {
    const story = new Story().tell(submit(), accepted, failed, completed, cancelled);
    assert.deepEqual([story.answer.status, story.answer.error?.code], ['failed', 'TARGET_ONE_CLASS']);
    assert.equal(story.answer.model, undefined);
    const ended = new Story().tell(submit(), completed, failed);
    assert.deepEqual([ended.answer.status, ended.answer.error], ['completed', undefined]);
  });

  test('a cancellation is handed on once, and refused when the job has ended', () => {
    const cancel: JobViewCommand = { type: 'Cancel', reason: 'why' };
    const story = new Story().tell(submit(), cancel, cancel);
    assert.deepEqual(
      story.told.map(({ type }) => type),
      ['TrainRequested', 'CancelRequested'],
    );
    assert.equal(story.answer.cancelling, true);
    story.tell(cancelled);
    assert.equal(story.answer.status, 'cancelled');
    assert.throws(() => story.tell(cancel), { code: 'JOB_ENDED' });
    assert.throws(() => new Story().tell(cancel), { code: 'JOB_NOT_FOUND' });
  });

  test('the same key with another body is refused, the same id is not', () => {
    const story = new Story().tell(submit('a', true));
    story.tell(submit('a', true), submit('b', false));
    assert.throws(() => story.tell(submit('b', true)), { code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  test('a search shows its best trials first', () => {
    const studyId = jobId;
    const trial = (number: number, value: number | null): Fact => ({
      type: 'TrialRecorded',
      data: {
        studyId,
        jobId,
        number,
        status: value === null ? 'failed' : 'completed',
        model: 'logistic',
        params: {},
        value,
        finished: number,
        trials: 4,
      },
    });
    const study: Fact = {
      type: 'StudyStarted',
      data: { studyId, jobId, objective: 'auc', direction: 'maximize', trials: 4, models: ['logistic'] },
    };
    const story = new Story().tell(accepted, trial(1, 0.6), study, trial(2, 0.9), trial(3, null), trial(2, 0.9));
    assert.equal(story.answer.status, 'tuning');
    assert.deepEqual(
      story.answer.leaderboard?.map(({ number }) => number),
      [2, 1],
    );
    assert.equal(story.answer.progress, 0.375);
    story.tell({ type: 'JobQueued', data: { jobId, model: 'logistic', params: {} } });
    assert.deepEqual([story.answer.status, story.answer.progress], ['queued', 0.5]);
    story.tell(study, trial(4, 0.7));
    assert.equal(story.answer.status, 'queued', 'a late trial does not move it back');
  });

  test('the history is bounded and its numbers go on', () => {
    const story = new Story().tell(accepted);
    for (let attempt = 1; attempt <= 300; attempt++) story.tell(started(attempt));
    const { history, seq } = story.state as JobViewState;
    assert.equal(seq, 301);
    assert.equal(history.length, 200);
    assert.equal(history.at(-1)?.seq, 301);
  });
});
