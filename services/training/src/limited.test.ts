import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Candidate, TrainRequested } from '@trainyard/contracts';
import { Flow, RunningService } from '@trainyard/flow';
import { candidateOf, eventually, message, testPorts } from '@trainyard/flow/testing';
import type { AttemptExecutor, AttemptTask, ExecutionOptions } from './attempt/attempt.js';
import { createTrainingDefinition } from './definition.js';
import { trainingJob } from './job/job.js';
import type { JobState } from './job/state.js';
import { queueOf } from './queue/queue.js';

type Attempt = (task: AttemptTask, options: ExecutionOptions) => Promise<Candidate>;
type Bench = Awaited<ReturnType<typeof testPorts>>;

const request = {
  dataset: { uri: 'file:///data/a.csv', target: 'y', features: [], exclude: [], targets: [] },
  experiment: 'default',
  tags: {},
  task: 'auto',
  model: 'lightgbm',
  params: {},
  gates: [],
  seed: 7,
  resources: { pool: 'gpu', memoryMb: null, timeoutSeconds: null, threads: null },
} as unknown as TrainRequested;
const trained: Attempt = async ({ jobId, attempt }) => candidateOf({ jobId, attempt });

/** A process of the training service on the bench's store and bus. */
async function startProcess(
  { ports }: Bench,
  worker: string,
  slots: Record<string, number>,
  run = trained,
  most?: number,
) {
  const flow = new Flow(ports);
  const executor: AttemptExecutor = {
    run: async (task, options) => ({ kind: 'job', candidate: await run(task, options) }),
  };
  const limits = most === undefined ? {} : { most, idleMs: 50 };
  const options = { worker, slots, leaseMs: 5000, pollMs: 5, ...limits };
  const service = new RunningService(createTrainingDefinition(flow, executor, options), ports, flow);
  await service.start();
  return service;
}

const startPod = (bench: Bench, worker: string, run?: Attempt) => startProcess(bench, worker, { gpu: 1 }, run, 1);

async function ask(bench: Bench, ...jobs: string[]) {
  for (const jobId of jobs) {
    const asked = message('TrainRequested', `ask-${jobId}`, jobId, { ...request, jobId });
    await bench.ports.bus.publish([await bench.ports.codec.encode(asked)]);
  }
}

const completed = ({ published }: Bench) =>
  published.filter(({ type }) => type === 'TrainCompleted').map(({ key }) => key);

describe('a process that ends after its work', () => {
  test('takes one job of its pool, tells its result once, and ends; the rest waits for others', async () => {
    const bench = await testPorts();
    const stays = await startProcess(bench, 'stays', { cpu: 1 });
    await ask(bench, 'a', 'b', 'c');
    await eventually(async () => (await queueOf(stays.flow, 'gpu')).waiting === 3);
    assert.match((await queueOf(stays.flow, 'gpu')).reason ?? '', /pool gpu/);
    for (const worker of ['pod-1', 'pod-2', 'pod-3']) {
      const pod = await startPod(bench, worker);
      await pod.ended;
      await pod.stop();
    }
    await eventually(() => completed(bench).length === 3);
    assert.deepEqual(completed(bench).sort(), ['a', 'b', 'c']);
    const { waiting, running, reason } = await queueOf(stays.flow, 'gpu');
    assert.deepEqual([waiting, running, reason], [0, 0, null]);
    await stays.stop();
  });

  test('ends when nothing waits', async () => {
    const bench = await testPorts();
    const pod = await startPod(bench, 'pod-1');
    await pod.ended;
    await pod.stop();
  });

  test('ended before its job is, hands it to another process with its checkpoint, and only that one tells a result', async () => {
    const bench = await testPorts();
    const stays = await startProcess(bench, 'stays', { cpu: 1 });
    await ask(bench, 'a');
    const evicted = await startPod(bench, 'evicted', (_task, { signal, onNote }) => {
      onNote({ type: 'checkpoint', digest: 'half-way' });
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))));
    });
    const job = async () => (await stays.flow.load<JobState>(trainingJob, 'a'))?.state;
    await eventually(async () => (await job())?.checkpoint?.digest === 'half-way');
    assert.equal((await queueOf(stays.flow, 'gpu')).running, 1);
    await evicted.stop();
    assert.equal((await queueOf(stays.flow, 'gpu')).waiting, 1);
    const resumed: (string | undefined)[] = [];
    const pod = await startPod(bench, 'pod-2', (task, options) => {
      resumed.push(task.checkpoint);
      return trained(task, options);
    });
    await pod.ended;
    await pod.stop();
    await eventually(() => completed(bench).length === 1);
    assert.deepEqual(resumed, ['half-way']);
    assert.equal((await job())?.candidate?.attempt, 2);
    await stays.stop();
  });

  test('that joins no consumer group leaves every event to the processes that stay', async () => {
    const options = { worker: 'w', slots: { gpu: 1 }, leaseMs: 5000, pollMs: 5 };
    const { ports } = await testPorts();
    const executor: AttemptExecutor = { run: async () => assert.fail() };
    assert.deepEqual(createTrainingDefinition(new Flow(ports), executor, { ...options, most: 1 }).topics, []);
    assert.ok(createTrainingDefinition(new Flow(ports), executor, options).topics.includes('training.commands'));
  });
});
