import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openStore } from '@trainyard/store';
import type { JobState } from '@trainyard/training-service';
import { freePort, ServerProcess } from '../infrastructure/server-process.js';
import { isReady } from './cluster.js';
import { eventually } from './eventually.js';
import { dataRoot, GatewayClient, longJob } from './gateway-client.js';

const main = fileURLToPath(new URL('../../../embedded/dist/main.js', import.meta.url));
/** Where the whole platform is killed in a job, and how many attempts the job then takes. */
const kills = [
  ['after-state-write:TrainingJob', 1],
  ['before-publish:TrainRequested', 1],
  ['mid-training:checkpoint:8', 2],
  ['after-publish:TrainCompleted', 1],
  ['before-outbox-clear:EvaluationCompleted', 1],
  ['before-state-write:Model', 1],
  ['after-state-write:Deployment:2', 1],
] as const;

describe('the whole platform in one process, killed with -9', { timeout: 300_000 }, () => {
  let folder: string;
  let port: string;
  const started: ServerProcess[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trainyard-killed-'));
    port = String(await freePort());
  });
  after(async () => {
    await Promise.all(started.map((platform) => platform.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (environment: NodeJS.ProcessEnv) => {
    const env = { ...process.env, PORT: port, HOST: '127.0.0.1', DATA_DIR: folder, DATA_ROOTS: dataRoot };
    const settings = {
      ...env,
      LEASE_SECONDS: '2',
      LOG_LEVEL: 'warn',
      KAFKA_BROKERS: '',
      MONGODB_URI: '',
      ...environment,
    };
    const platform = new ServerProcess(process.execPath, [main, '--no-example'], join(folder, 'log.txt'), settings);
    started.push(platform);
    await platform.waitUntil(() => isReady(port), 60_000);
    return platform;
  };

  for (const [number, [failpoint, attempts]] of kills.entries()) {
    test(`${failpoint}: started again on the same folder, the job completes once`, { timeout: 240_000 }, async () => {
      const jobId = `embedded-${number}`;
      const gateway = new GatewayClient(`http://127.0.0.1:${port}`);
      const victim = await start({ FAILPOINT: failpoint });
      const accepted = gateway.train(jobId, longJob);
      accepted.catch(() => undefined);
      await eventually('it dies', () => victim.endedBy !== undefined);
      assert.equal(victim.endedBy, 'SIGKILL');
      const second = await start({});
      await accepted;
      const job = await gateway.end(jobId);
      assert.equal(job.status, 'completed', JSON.stringify(job.error));
      const production = async () => (await gateway.versions(jobId))[0]?.stage === 'Production';
      await eventually('its version is in production', production);
      assert.deepEqual(
        (await gateway.versions(jobId)).map((version) => [version.jobId, version.version]),
        [[jobId, '1.0.0']],
      );
      assert.equal(await gateway.predict(jobId), 'Adelie');
      assert.deepEqual(await gateway.deadLetters(), []);
      await second.end('SIGTERM');
      // On a machine that stands still for longer than a lease there is one more.
      assert.ok(((await attemptsOf(folder, jobId)) ?? 0) >= attempts);
    });
  }
});

async function attemptsOf(folder: string, jobId: string): Promise<number | undefined> {
  const store = await openStore(`sqlite:${join(folder, 'state.db')}`);
  await store.open([{ name: 'TrainingJob', fields: {}, indexes: [] }]);
  const document = await store.get('TrainingJob', jobId);
  await store.close();
  return (document?.body as { state: JobState } | undefined)?.state.attempts;
}
