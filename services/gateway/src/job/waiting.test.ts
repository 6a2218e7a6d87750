import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Flow } from '@trainyard/flow';
import { TestGateway } from '../test-gateway.js';
import { unknownJob } from './history.js';
import type { JobViewState } from './state.js';
import { waitingOf } from './waiting.js';

const jobs = '/api/v1/models/jobs';

describe('why a job waits', () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await TestGateway.start();
  });
  after(() => gateway.stop());
  const waitingNow = async (jobId: string) => (await gateway.call('GET', `${jobs}/${jobId}`)).body.waiting;
  const ask = (jobId: string, pool: string) => gateway.train({ jobId, resources: { pool } });

  test('a job that was just asked for gives no reason yet, and counts those of its pool before it', async () => {
    await ask('first', 'cpu');
    await ask('other', 'gpu');
    await ask('second', 'cpu');
    const { pool, ahead, reason, since } = await waitingNow('second');
    assert.deepEqual([pool, ahead, reason], ['cpu', 1, null]);
    assert.ok(Math.abs(Date.parse(since) - Date.now()) < 60_000);
    assert.equal((await waitingNow('other')).ahead, 0);
  });

  test('while others of its pool run, they are the reason; the one that runs does not wait', async () => {
    await gateway.tell('TrainStarted', { jobId: 'first', attempt: 1, worker: 'w', startedAt: Date.now() });
    assert.equal(await waitingNow('first'), undefined);
    assert.match((await waitingNow('second')).reason, /pool cpu are busy with 1 jobs; 0 wait before this one/);
    assert.equal((await waitingNow('other')).reason, null);
  });

  const request = { resources: { pool: 'gpu' } } as NonNullable<JobViewState['request']>;
  const at = (now: number, more: Partial<JobViewState> = {}, tuning = 0) => {
    const count = async (_: string, { status }: { status: string }) => (status === 'tuning' ? tuning : 0);
    const flow = { ports: { store: { count }, clock: { now: () => now } } } as unknown as Flow;
    return waitingOf(flow, { ...unknownJob('late', 1000), request, ...more });
  };

  test('after half a minute with nobody at work there is no worker, and what to do is said', async () => {
    assert.equal((await at(31_000))?.reason, null);
    assert.match((await at(31_001))?.reason ?? '', /no worker has taken work of the pool gpu yet: start a process/);
  });

  test('searches are not taken for workers at work (bug: they were), and one whose trials nobody ends waits itself', async () => {
    assert.match((await at(31_001, {}, 2))?.reason ?? '', /2 searches of the pool gpu are under way; GET/);
    const study = { objective: 'auc', direction: 'maximize', trials: 3, finished: 0 };
    assert.match((await at(31_001, { stage: 'tuning', study }))?.reason ?? '', /no trial of its search has ended yet/);
    assert.equal(await at(31_001, { stage: 'tuning', study: { ...study, finished: 1 } }), undefined);
  });
});
