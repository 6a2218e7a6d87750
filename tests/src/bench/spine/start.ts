import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, ServerProcess } from '../../infrastructure/server-process.js';
import { environmentWith } from '../platforms/environment.js';
import { Rest } from '../platforms/rest.js';
import type { Part } from '../report/measurement.js';
import { summarize } from '../report/statistics.js';

interface Start {
  readonly ready: number;
  readonly example: number;
}

/** `npm start` as a user types it, on this checkout with an empty data folder. */
export const start: Part = {
  name: 'start',
  async *measure({ quick }) {
    const starts: Start[] = [];
    for (let i = 0; i < (quick ? 1 : 3); i++) starts.push(await startOnce());
    const median = (values: number[]) => `${summarize(values).p50.toFixed(1)} s`;
    const all = (values: number[]) => `median of ${values.map((value) => value.toFixed(1)).join(', ')}`;
    const ready = starts.map((one) => one.ready);
    const example = starts.map((one) => one.example);
    yield {
      figure: '`npm start`, installed and built: until /health/ready',
      target: '< 5 s',
      measured: `${median(ready)} (${all(ready)})`,
    };
    yield {
      figure: 'from there until the example is trained, deployed and queried',
      target: '< 20 s',
      measured: `${median(example)} (${all(example)})`,
    };
  },
};

async function startOnce(): Promise<Start> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-bench-'));
  const port = await freePort();
  const rest = new Rest(`http://127.0.0.1:${port}`);
  const environment = environmentWith({ PORT: String(port), DATA_DIR: join(folder, 'data') });
  const started = performance.now();
  const npm = new ServerProcess('npm', ['start'], join(folder, 'log.txt'), environment);
  const onExit = () => signalGroup(npm, 'SIGKILL');
  process.once('exit', onExit);
  try {
    await until(npm, () => rest.isReady());
    const ready = performance.now();
    await until(npm, async () => /The example (took|did not finish)/.test(npm.output()));
    const queried = performance.now();
    if (!npm.output().includes('The example took')) throw new Error(npm.output());
    return { ready: (ready - started) / 1000, example: (queried - ready) / 1000 };
  } finally {
    signalGroup(npm, 'SIGTERM');
    await npm.end('SIGTERM');
    while (await rest.isReady()) await sleep(50);
    process.off('exit', onExit);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** npm, its shell and the platform are one process group. */
function signalGroup(npm: ServerProcess, signal: NodeJS.Signals): void {
  if (npm.running) process.kill(-npm.pid, signal);
}

async function until(server: ServerProcess, condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 120_000; !(await condition()); await sleep(10)) {
    if (!server.running || Date.now() > deadline) throw new Error(`npm start did not do it:\n${server.output()}`);
  }
}
