import assert from 'node:assert/strict';
import type { Cluster } from './cluster.js';
import { eventually } from './eventually.js';

/** What must hold for a job whatever was killed meanwhile: it completes once, leaves one version, and that one serves. */
export async function assertCompletedOnce(cluster: Cluster, jobId: string): Promise<void> {
  const { gateway, log } = cluster;
  const job = await gateway.end(jobId);
  assert.equal(job.status, 'completed', JSON.stringify(job.error));
  await eventually(`${jobId}'s version is in production`, async () =>
    (await gateway.versions(jobId)).some(({ stage }) => stage === 'Production'),
  );
  const versions = await gateway.versions(jobId);
  assert.deepEqual(
    versions.map(({ jobId, version }) => ({ jobId, version })),
    [{ jobId, version: '1.0.0' }],
    'exactly one version',
  );
  await eventually('the deployment answers', async () => (await gateway.predict(jobId)) === 'Adelie');
  await cluster.settled();
  await eventually('JobCompleted is on its topic', () => log.events('JobCompleted', jobId).length > 0);
  for (const [type, count] of [
    ['JobAccepted', 1],
    ['TrainCompleted', 1],
    ['EvaluationCompleted', 1],
    ['ModelVersionRegistered', 1],
    ['DeploymentReady', 1],
    ['JobCompleted', 1],
    ['JobFailed', 0],
  ] as const) {
    assert.equal(log.events(type, jobId).length, count, `${type} events of ${jobId} with an id of their own`);
  }
}

/** Nothing was put aside, neither in the store nor on any `.dead` topic. */
export async function assertNoDeadLetters(cluster: Cluster): Promise<void> {
  assert.deepEqual(await cluster.gateway.deadLetters(), []);
  assert.deepEqual(
    cluster.log.dead.map(({ topic, headers }) => [topic, headers.dead_reason]),
    [],
  );
}
