import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flow, RunningService } from '@trainyard/flow';
import { candidateOf, eventually, message, testPorts } from '@trainyard/flow/testing';
import { currentTraceparent, flowRecorder, metricsOf, traced } from '@trainyard/telemetry';
import type { AttemptExecutor, AttemptTask } from '../attempt/attempt.js';
import { createTrainingDefinition } from '../definition.js';
import { watchJobs } from './job-metrics.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

test('a job is counted and stays in the trace of its request, through its worker', async (t) => {
  const bench = await testPorts({
    service: 'training',
    metrics: flowRecorder('training'),
    traced,
    traceparent: currentTraceparent,
  });
  const { ports, published } = bench;
  const flow = new Flow(ports);
  const during: (string | undefined)[] = [];
  const executor: AttemptExecutor = {
    run: async ({ jobId, attempt, request }: AttemptTask) => {
      during.push(currentTraceparent());
      if (request.model === 'broken') throw Object.assign(new Error('no such column'), { code: 'COLUMN_MISSING' });
      return { kind: 'job', candidate: candidateOf({ jobId, attempt, model: 'lightgbm', trainingSeconds: 1.5 }) };
    },
  };
  const options = { worker: 'w', slots: { cpu: 1 }, leaseMs: 5000, pollMs: 20 };
  const service = new RunningService(createTrainingDefinition(flow, executor, options), ports, flow);
  const unwatch = watchJobs(flow);
  await service.start();
  t.after(async () => {
    unwatch();
    await service.stop();
  });
  const request = async (jobId: string, more: object) => {
    const data = { jobId, dataset: { uri: 'file:///a.csv' }, model: 'lightgbm', ...more } as never;
    const asked = { ...message('TrainRequested', `ask-${jobId}`, jobId, data), traceparent: PARENT };
    await ports.bus.publish([await ports.codec.encode(asked)]);
  };
  await request('fine', {});
  await request('bad', { model: 'broken' });
  await request('for-nobody', { resources: { pool: 'gpu' } });
  const heard = (type: string, jobId: string) => published.find((one) => one.type === type && one.key === jobId);
  await eventually(() => Boolean(heard('TrainCompleted', 'fine') && heard('JobFailed', 'bad')));

  for (const [type, jobId] of [
    ['JobAccepted', 'fine'],
    ['TrainStarted', 'fine'],
    ['TrainCompleted', 'fine'],
    ['JobFailed', 'bad'],
  ] as const) {
    assert.equal(heard(type, jobId)?.traceparent?.slice(3, 35), TRACE, type);
  }
  assert.deepEqual(
    during.map((traceparent) => traceparent?.slice(3, 35)),
    [TRACE, TRACE],
  );

  const { body } = await metricsOf();
  for (const line of [
    'trainyard_jobs_accepted_total{service="training"} 3',
    'trainyard_jobs_ended_total{service="training",model="broken",outcome="failed"} 1',
    'trainyard_job_failures_total{service="training",code="COLUMN_MISSING"} 1',
    'trainyard_rows_trained_total{service="training",model="lightgbm"} 1000',
    'trainyard_fit_seconds_sum{service="training",work="job",model="lightgbm"} 1.5',
    'trainyard_work_seconds_count{service="training",work="job",pool="cpu",outcome="succeeded"} 1',
    'trainyard_work_seconds_count{service="training",work="job",pool="cpu",outcome="failed"} 1',
    'trainyard_queue_wait_seconds_count{service="training",work="job",pool="cpu"} 2',
    'trainyard_queue_depth{service="training",work="job",pool="gpu"} 1',
    'trainyard_queue_depth{service="training",work="job",pool="cpu"} 0',
    'trainyard_slots{service="training",pool="cpu"} 1',
    'trainyard_jobs{service="training",status="queued"} 1',
    'trainyard_jobs{service="training",status="evaluating"} 1',
  ]) {
    assert.ok(body.includes(`${line}\n`), line);
  }
  assert.match(body, /^trainyard_queue_oldest_seconds\{service="training",work="job",pool="gpu"\} 0\.\d/m);
});
