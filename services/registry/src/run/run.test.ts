import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TrainRequested } from '@trainyard/contracts';
import { evaluatedOf, Played } from '@trainyard/flow/testing';
import { run } from './run.js';

const request: TrainRequested = {
  experiment: 'flights',
  tags: { team: 'a' },
  dataset: { uri: 'file:///x.csv', features: [], exclude: [], targets: [] },
  task: 'auto',
  model: 'lightgbm',
  params: { num_leaves: 15 },
  gates: [],
  seed: 7,
};
const accepted = {
  type: 'JobAccepted' as const,
  data: { jobId: 'job-1', name: 'late', stage: 'queued', request, acceptedAt: 10 },
};
const completed = {
  type: 'JobCompleted' as const,
  data: {
    jobId: 'job-1',
    modelId: 'mdl-1',
    modelName: 'late',
    version: '1.0.0',
    task: 'binary',
    model: 'lightgbm',
    metrics: { log_loss: 0.4 },
    completedAt: 90,
  },
};
const evaluated = { type: 'EvaluationCompleted' as const, data: evaluatedOf() };

describe("a job's run", () => {
  it('follows the job from its acceptance to its version', () => {
    const played = new Played(run, 'job-1');
    played.tell(accepted);
    assert.equal(played.state?.status, 'queued');
    assert.deepEqual(played.state?.params, { num_leaves: 15, model: 'lightgbm', seed: 7 });
    played.tell({ type: 'TrainStarted', data: { jobId: 'job-1', attempt: 1, worker: 'w', startedAt: 20 } });
    assert.equal(played.state?.status, 'running');
    played.tell(evaluated);
    assert.deepEqual(played.state?.params, { num_leaves: 31, learning_rate: 0.1, model: 'lightgbm', seed: 7 });
    played.tell(completed);
    assert.equal(played.state?.status, 'finished');
    assert.deepEqual(played.state?.model, { id: 'mdl-1', name: 'late', version: '1.0.0' });
    assert.equal(played.state?.endedAt, 90);
    assert.deepEqual(played.tell(completed), []);
  });

  it('takes an evaluation that comes before the acceptance', () => {
    const played = new Played(run, 'job-1');
    played.tell(evaluated, 5);
    assert.equal(played.state?.status, 'running');
    assert.equal(played.state?.metrics.log_loss, 0.4);
    assert.deepEqual(played.tell(accepted), []);
    played.tell(completed);
    assert.equal(played.state?.status, 'finished');
  });

  it('keeps why it failed, and ends once', () => {
    const played = new Played(run, 'job-1');
    played.tell(accepted);
    const data = { jobId: 'job-1', code: 'X', message: 'bad', stage: 'running', failedAt: 30 };
    played.tell({ type: 'JobFailed', data });
    assert.deepEqual(played.state?.error, { code: 'X', message: 'bad' });
    assert.deepEqual(played.tell({ type: 'JobCancelled', data: { jobId: 'job-1', reason: '', cancelledAt: 40 } }), []);
  });

  it('is not ended by hand', () => {
    const played = new Played(run, 'job-1');
    played.tell(accepted);
    assert.throws(() => played.tell({ type: 'Finish', status: 'finished' }), { code: 'RUN_IS_A_JOB' });
  });
});

describe("a user's run", () => {
  const start = () => {
    const played = new Played(run, 'run-1');
    const about = { experimentId: 'exp-1', experiment: 'mine', name: 'first', params: { lr: 1 }, tags: {} };
    played.tell({ type: 'Start', ...about });
    return played;
  };

  it('keeps the history and the last value of each metric, and counts the steps', () => {
    const played = start();
    played.tell({
      type: 'LogMetrics',
      metrics: [
        { name: 'loss', value: 3 },
        { name: 'loss', value: 2 },
      ],
    });
    played.tell({
      type: 'LogMetrics',
      metrics: [
        { name: 'loss', value: 1 },
        { name: 'acc', value: 0.5, step: 10 },
      ],
    });
    assert.deepEqual(played.state?.metrics, { loss: 1, acc: 0.5 });
    assert.deepEqual(
      played.state?.history.map(({ name, step }) => [name, step]),
      [
        ['loss', 0],
        ['loss', 1],
        ['loss', 2],
        ['acc', 10],
      ],
    );
  });

  it('replaces an artifact of the same name', () => {
    const played = start();
    played.tell({ type: 'LogArtifact', name: 'plot', digest: 'a', bytes: 1 });
    played.tell({ type: 'LogArtifact', name: 'plot', digest: 'b', bytes: 2 });
    assert.deepEqual(
      played.state?.artifacts.map(({ digest }) => digest),
      ['b'],
    );
  });

  it('takes nothing after its end', () => {
    const played = start();
    played.tell({ type: 'Finish', status: 'failed' });
    assert.deepEqual(played.tell({ type: 'Finish', status: 'failed' }), []);
    assert.throws(() => played.tell({ type: 'LogParams', params: {} }), { code: 'RUN_ENDED' });
    assert.throws(() => new Played(run, 'x').tell({ type: 'LogParams', params: {} }), { code: 'RUN_NOT_FOUND' });
  });

  it('says when it is full', () => {
    const played = start();
    const metrics = Array.from({ length: 10_001 }, () => ({ name: 'loss', value: 1 }));
    assert.throws(() => played.tell({ type: 'LogMetrics', metrics }), { code: 'RUN_FULL' });
  });
});
