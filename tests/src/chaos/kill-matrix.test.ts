import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { whyNoJava } from '../infrastructure/java.js';
import { Cluster } from './cluster.js';
import { eventually } from './eventually.js';
import { quickJob } from './gateway-client.js';
import { type KillCase, killCases } from './kill-cases.js';
import { assertCompletedOnce, assertNoDeadLetters } from './once.js';

const skip = (await whyNoJava()) ?? false;
/** The whole matrix takes up to ten minutes, the representative cases one and a half. */
const all = process.env.CHAOS === 'all';

describe('kill -9 of one service at one step', { skip, timeout: 1_800_000 }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(async () => {
    if (cluster) await assertNoDeadLetters(cluster).finally(() => cluster.stop());
  });

  for (const [number, one] of killCases.entries()) {
    const times = one.count > 1 ? ` no. ${one.count}` : '';
    const options = {
      timeout: 240_000,
      skip: !all && !one.representative && 'CHAOS=all runs every case of the kill matrix',
    };
    test(`${one.service}, ${one.point} (${one.detail}${times}): the job completes once`, options, () =>
      kill(cluster, one, `kill-${number}-${one.service}`),
    );
  }
});

async function kill(cluster: Cluster, one: KillCase, jobId: string): Promise<void> {
  const { service, point, detail, count, search } = one;
  const victim = await cluster.restart(service, { FAILPOINT: `${point}:${detail}:${count}` });
  const request = search ? { ...quickJob, search: { trials: 3, strategy: 'random' } } : quickJob;
  assert.equal(victim.endedBy, undefined, 'the victim lives until its job comes');
  const accepted = cluster.gateway.train(jobId, request);
  // A victim that does not die ends the test in time; what is awaited later must not be an unhandled rejection now.
  accepted.catch(() => undefined);
  await eventually(`${service} dies ${point} of ${detail}`, () => victim.endedBy !== undefined);
  assert.equal(victim.endedBy, 'SIGKILL');
  await cluster.start(service);
  await accepted;
  await assertCompletedOnce(cluster, jobId);
  await assertNoDeadLetters(cluster);
}
