import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Candidate, TrainRequested } from '@trainyard/contracts';
import { Played } from '@trainyard/flow/testing';
import type { JobCommand } from './commands.js';
import { trainingJob } from './job.js';
import type { JobState } from './state.js';

const request = {
  dataset: { uri: 'file:///data/Late%20Arrivals.csv', target: 'late', features: [], exclude: [], targets: [] },
  experiment: 'default',
  tags: {},
  task: 'auto',
  model: 'lightgbm',
  params: {},
  gates: [],
  seed: 7,
} as unknown as TrainRequested;
const candidate = (attempt: number) => ({ jobId: 'j', attempt, task: 'binary', model: 'lightgbm' }) as Candidate;

/** A job that is told things one after the other; `told` is what the world has heard. */
class Story {
  private readonly played = new Played(trainingJob, 'j');
  now = 1000;

  tell(command: JobCommand | { type: 'Wake' }, now = this.now): this {
    this.now = now;
    this.played.tell(command, now);
    return this;
  }

  get told(): string[] {
    return this.played.announced.map(({ type }) => type);
  }

  get job(): JobState {
    return this.played.state as JobState;
  }
}

const asked = (changes: Partial<TrainRequested> = {}) =>
  new Story().tell({ type: 'TrainRequested', data: { ...request, ...changes } });
const claim = { type: 'Claim', worker: 'w', leaseMs: 100 } as const;
const evaluated = (passed = true) =>
  ({
    type: 'EvaluationCompleted',
    data: {
      metrics: { accuracy: 0.9 },
      passed,
      gates: [{ metric: 'accuracy', passed, reason: 'accuracy 0.9 < 0.95' }],
    },
  }) as unknown as JobCommand;
const registered = {
  type: 'ModelVersionRegistered',
  data: { modelId: 'm', version: '1.0.0', metrics: { accuracy: 0.9 } },
} as unknown as JobCommand;
const ready = {
  type: 'DeploymentReady',
  data: { environment: 'production', modelId: 'm', version: '1.0.0' },
} as unknown as JobCommand;
const deploy = { environment: 'production', strategy: 'replace' };

describe('a job', () => {
  test('is accepted once and named after its data', () => {
    const story = asked().tell({ type: 'TrainRequested', data: request });
    assert.equal(story.job.name, 'late-arrivals-late');
    assert.deepEqual(story.told, ['JobAccepted']);
  });

  test('is accepted whatever its address looks like', () => {
    const dataset = { ...request.dataset, uri: 'file:///data/100%.csv' };
    assert.equal(asked({ dataset }).job.name, '100-late');
  });

  test('goes from queued to completed', () => {
    const story = asked()
      .tell(claim)
      .tell({ type: 'Succeed', attempt: 1, candidate: candidate(1) })
      .tell(evaluated())
      .tell(registered);
    assert.equal(story.job.status, 'completed');
    assert.deepEqual(story.told, ['JobAccepted', 'TrainStarted', 'TrainCompleted', 'JobCompleted']);
  });

  test('with a deployment it waits for it', () => {
    const story = asked({ deploy })
      .tell(claim)
      .tell({ type: 'Succeed', attempt: 1, candidate: candidate(1) })
      .tell(evaluated())
      .tell(registered);
    assert.equal(story.job.status, 'deploying');
    assert.equal(story.tell(ready).job.status, 'completed');
  });

  test('that serves before it hears of its registration completes once it knows both', () => {
    const story = asked({ deploy })
      .tell(claim)
      .tell({ type: 'Succeed', attempt: 1, candidate: candidate(1) })
      .tell(ready);
    assert.notEqual(story.job.status, 'completed');
    story.tell(registered).tell(evaluated()).tell(ready);
    assert.deepEqual(story.job.model, { id: 'm', version: '1.0.0' });
    assert.deepEqual(story.told.filter((type) => type === 'JobCompleted').length, 1);
  });

  test('with a gate that was not passed fails with the gate and is not registered', () => {
    const story = asked()
      .tell(claim)
      .tell({ type: 'Succeed', attempt: 1, candidate: candidate(1) })
      .tell(evaluated(false))
      .tell(registered);
    assert.equal(story.job.status, 'failed');
    assert.deepEqual(story.job.failure, { code: 'GATE_NOT_PASSED', message: 'accuracy 0.9 < 0.95' });
  });

  test('with a search goes to the optimizer first and trains what it found', () => {
    const story = asked({ search: { strategy: 'random', trials: 3 } as never });
    assert.equal(story.job.status, 'tuning');
    assert.deepEqual(story.told, ['JobAccepted', 'OptimizeRequested']);
    story.tell({ type: 'OptimizeCompleted', data: { model: 'logistic', params: { C: 2 } } } as unknown as JobCommand);
    assert.equal(story.job.status, 'queued');
    assert.deepEqual(story.job.request.params, { C: 2 });
  });

  test('ends once: nothing changes a cancelled job', () => {
    const story = asked()
      .tell(claim)
      .tell({ type: 'CancelRequested', data: { jobId: 'j', reason: 'enough' } });
    const before = story.job;
    for (const late of [
      registered,
      ready,
      evaluated(),
      { type: 'CancelRequested', data: { jobId: 'j', reason: 'again' } } as JobCommand,
    ])
      story.tell(late);
    assert.equal(story.job, before);
    assert.throws(() => story.tell({ type: 'Renew', attempt: 1, leaseMs: 100 }), { code: 'FENCED' });
  });
});

describe('an attempt', () => {
  test('cannot be claimed twice', () => {
    assert.throws(() => asked().tell(claim).tell(claim), { code: 'NOT_WAITING' });
  });

  test('whose lease ran out is given to the next, and its late result is refused and recorded', () => {
    const story = asked()
      .tell(claim)
      .tell({ type: 'SaveCheckpoint', attempt: 1, digest: 'c' })
      .tell({ type: 'Wake' }, 1200)
      .tell(claim, 2000);
    assert.equal(story.job.lease?.attempt, 2);
    story.tell({ type: 'Succeed', attempt: 1, candidate: candidate(1) });
    assert.deepEqual(story.job.refusals, [{ attempt: 1, command: 'Succeed', at: 2000 }]);
    assert.equal(story.job.candidate, undefined);
    assert.equal(story.job.checkpoint?.digest, 'c');
    assert.equal(story.tell({ type: 'Succeed', attempt: 2, candidate: candidate(2) }).job.candidate?.attempt, 2);
  });

  test('that tells its result twice, having heard no answer, is not refused', () => {
    const story = asked()
      .tell(claim)
      .tell({ type: 'Succeed', attempt: 1, candidate: candidate(1) })
      .tell({ type: 'Succeed', attempt: 1, candidate: candidate(1) });
    assert.deepEqual(story.job.refusals, []);
  });

  test('that fails for good ends the job; one that may pass is tried again, later and later', () => {
    assert.equal(
      asked().tell(claim).tell({ type: 'Fail', attempt: 1, code: 'COLUMN_NOT_FOUND', message: 'no', retriable: false })
        .job.status,
      'failed',
    );
    const story = asked();
    const delays: number[] = [];
    for (let attempt = 1; story.job.status !== 'failed'; attempt++) {
      story
        .tell(claim, story.job.availableAt)
        .tell({ type: 'Fail', attempt, code: 'WORKER_CRASHED', message: 'killed', retriable: true });
      delays.push(story.job.availableAt - story.now);
    }
    assert.deepEqual(delays.slice(0, 3), [500, 1000, 2000]);
    assert.match(story.job.failure?.message ?? '', /after 4 attempts/);
  });

  test('given back by a stopping process waits again and costs nothing', () => {
    const story = asked().tell(claim).tell({ type: 'Release', attempt: 1 });
    assert.deepEqual([story.job.status, story.job.failures], ['queued', 0]);
  });

  test('a time limit ends the job wherever it trains', () => {
    const story = asked({ resources: { pool: 'cpu', timeoutSeconds: 5 } as never }).tell(claim);
    assert.equal(trainingJob.wakeAt?.(story.job), 1100);
    assert.deepEqual(
      story.tell({ type: 'Renew', attempt: 1, leaseMs: 60_000 }).tell({ type: 'Wake' }, 6001).job.failure?.code,
      'TIMEOUT',
    );
  });
});
