import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { EventData } from '@trainyard/contracts';
import { whyNoJava } from '../infrastructure/java.js';
import { Cluster } from './cluster.js';
import { eventually } from './eventually.js';
import { longJob, quickJob } from './gateway-client.js';
import { assertCompletedOnce, assertNoDeadLetters } from './once.js';
import { codec, iterationsOf } from './progress.js';
import { childrenOf, holderOf, jobState, jobWhen, whyNoProc } from './worker-processes.js';

const skip = (await whyNoJava()) ?? whyNoProc ?? false;

describe('workers that stop, die or need too much', { skip, timeout: 300_000 }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start({ TRAINING_SLOTS: '1', LEASE_SECONDS: '4' });
  });
  after(async () => {
    if (cluster) await assertNoDeadLetters(cluster).finally(() => cluster.stop());
  });
  const options = { timeout: 120_000 };

  test(
    'a worker process killed with -9: the next attempt goes on from the checkpoint, to the same bytes',
    options,
    () => killedWorker(cluster),
  );
  test('a job that needs more memory than it may have fails alone', options, () => tooLittleMemory(cluster));
  test('a training service that stands still past its lease: its late result is refused', options, async () => {
    await cluster.ensure('training-2');
    await pausedService(cluster);
  });
  test('a worker process that stands still past the lease: its late result is refused', options, async () => {
    await cluster.ensure('training-2');
    await pausedWorker(cluster);
  });
});

async function killedWorker(cluster: Cluster): Promise<void> {
  const request = { ...longJob, params: { ...longJob.params, n_estimators: 3000 } };
  await cluster.gateway.train('undisturbed', request);
  await assertCompletedOnce(cluster, 'undisturbed');
  await cluster.gateway.train('killed-worker', request);
  await eventually('half of the iterations are done', async () =>
    (await iterationsOf(cluster.log, 'killed-worker', 1)).some((iteration) => iteration >= 1500),
  );
  const [child] = childrenOf(cluster.process('training').pid);
  process.kill(child as number, 'SIGKILL');
  await assertCompletedOnce(cluster, 'killed-worker');
  const [whole, resumed] = await Promise.all(['undisturbed', 'killed-worker'].map((id) => jobState(cluster, id)));
  assert.equal(whole?.attempts, 1);
  assert.equal(resumed?.attempts, 2);
  const first = Math.min(...(await iterationsOf(cluster.log, 'killed-worker', 2)));
  // The first report may come a tenth of a second late; from the start that would be a few hundred iterations.
  assert.ok(first > 1000 && Number.isFinite(first), `attempt 2 began at iteration ${first}`);
  assert.equal(resumed?.candidate?.artifact, whole?.candidate?.artifact, 'the artifact has the same digest');
}

async function tooLittleMemory(cluster: Cluster): Promise<void> {
  // A million rows take some 350 MiB, the 344 of them 130.
  const resources = { memoryMb: 220 };
  const large = { ...quickJob, dataset: await copyPenguins(cluster, 3000), resources };
  const service = cluster.process('training').pid;
  await cluster.gateway.train('too-little-memory', large);
  const { status, error, attempts } = await cluster.gateway.end('too-little-memory');
  assert.deepEqual([status, error?.code, attempts], ['failed', 'OUT_OF_MEMORY', 1]);
  assert.match(error?.message ?? '', /220 MiB; raise resources.memoryMb/);
  assert.equal(cluster.process('training').pid, service);
  assert.equal(cluster.process('training').endedBy, undefined, 'the service lives');
  await cluster.gateway.train('enough-memory', { ...quickJob, resources });
  await assertCompletedOnce(cluster, 'enough-memory');
}

async function pausedService(cluster: Cluster): Promise<void> {
  const jobId = 'paused-service';
  // Few iterations that take long: what the worker process tells meanwhile must fit into its pipe, or it waits.
  const dataset = await copyPenguins(cluster, 100);
  const params = { n_estimators: 75, num_leaves: 63 };
  await cluster.gateway.train(jobId, { ...longJob, dataset, params });
  const running = await jobWhen(cluster, jobId, 'has a checkpoint', ({ checkpoint }) => checkpoint !== undefined);
  const holder = holderOf(running);
  process.kill(holder, 'SIGSTOP');
  try {
    // Its worker process goes on, and has long ended when the second attempt has.
    await jobWhen(cluster, jobId, 'is trained again', ({ candidate }) => candidate?.attempt === 2);
  } finally {
    process.kill(holder, 'SIGCONT');
  }
  const { refusals } = await jobWhen(cluster, jobId, 'recorded a refusal', (state) => state.refusals.length > 0);
  assert.deepEqual(
    refusals.map(({ attempt, command }) => [attempt, command]),
    [[1, 'Succeed']],
  );
  await assertCompletedOnce(cluster, jobId);
  await assertTrainedBySecondAttempt(cluster, jobId);
}

async function pausedWorker(cluster: Cluster): Promise<void> {
  const jobId = 'paused-worker';
  await cluster.gateway.train(jobId, longJob);
  const running = await jobWhen(cluster, jobId, 'has a checkpoint', ({ checkpoint }) => checkpoint !== undefined);
  const [child] = childrenOf(holderOf(running));
  process.kill(child as number, 'SIGSTOP');
  try {
    await jobWhen(cluster, jobId, 'is claimed again', ({ attempts }) => attempts === 2);
  } finally {
    process.kill(child as number, 'SIGCONT');
  }
  const { refusals } = await jobWhen(cluster, jobId, 'recorded a refusal', (state) => state.refusals.length > 0);
  // Whether it ended its training or heard in time that it lost the lease: neither counts.
  assert.deepEqual(
    refusals.map(({ attempt }) => attempt),
    [1],
  );
  await assertCompletedOnce(cluster, jobId);
  await assertTrainedBySecondAttempt(cluster, jobId);
}

async function assertTrainedBySecondAttempt(cluster: Cluster, jobId: string): Promise<void> {
  const state = await jobState(cluster, jobId);
  const failures = await Promise.all(cluster.log.events('AttemptFailed', jobId).map((event) => codec.decode(event)));
  const reasons = failures.map(({ data }) => data as EventData['AttemptFailed']);
  const said = reasons.map(({ attempt, code, message }) => `attempt ${attempt}: ${code} ${message}`).join('\n');
  assert.deepEqual([state?.attempts, state?.candidate?.attempt], [2, 2], said);
}

/** The penguins many times over, to fill memory or time. */
async function copyPenguins(cluster: Cluster, times: number): Promise<{ uri: string; target: string }> {
  const file = cluster.file(`penguins-${times}.csv`);
  const [header = '', ...rows] = (await readFile(new URL(quickJob.dataset.uri), 'utf8')).trim().split('\n');
  await writeFile(file, [header, ...Array.from({ length: times }, () => rows.join('\n')), ''].join('\n'));
  return { uri: pathToFileURL(file).href, target: quickJob.dataset.target };
}
