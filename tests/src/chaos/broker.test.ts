import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyNoJava } from '../infrastructure/java.js';
import { Cluster } from './cluster.js';
import { eventually } from './eventually.js';
import { longJob, quickJob } from './gateway-client.js';
import { assertCompletedOnce, assertNoDeadLetters } from './once.js';

const skip = (await whyNoJava()) ?? false;
const OUTAGE_MS = 2000;

describe('a Kafka that is killed while jobs run', { skip, timeout: 300_000 }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster?.stop());

  test('every job ends once with one version, also one that was asked for in the outage', async () => {
    const { gateway, kafka } = cluster;
    const jobs = Array.from({ length: 8 }, (_, number) => `outage-${number}`);
    const requestOf = (number: number) => {
      if (number === 3) return { ...quickJob, search: { trials: 4, strategy: 'random' } };
      return number % 2 === 0 ? quickJob : { ...longJob, params: { ...longJob.params, n_estimators: 600 } };
    };
    await Promise.all(jobs.map((jobId, number) => gateway.train(jobId, requestOf(number))));
    await eventually('the first of them is trained', () =>
      jobs.some((id) => cluster.log.events('TrainCompleted', id)[0]),
    );
    await kafka.kill9();
    const under = await Promise.all(jobs.map((jobId) => gateway.job(jobId)));
    assert.ok(
      under.some(({ status }) => status !== 'completed'),
      'some of them are under way',
    );
    await gateway.train('asked-in-the-outage');
    await sleep(OUTAGE_MS);
    await kafka.restart();
    for (const jobId of [...jobs, 'asked-in-the-outage']) await assertCompletedOnce(cluster, jobId);
    await assertNoDeadLetters(cluster);
  });
});
