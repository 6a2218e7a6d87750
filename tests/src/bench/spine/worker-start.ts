import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDistributed } from '../platforms/distributed.js';
import { startEmbedded } from '../platforms/embedded.js';
import type { BenchPlatform } from '../platforms/platform.js';
import type { BenchOptions, Measurement, Part } from '../report/measurement.js';
import { summarize } from '../report/statistics.js';
import { readExample } from './repository.js';

const WARM_UP = 3;
const JOBS = 50;

/** Asks for a training; resolves to the moment just before the request left. */
type Ask = (request: { jobId: string; name: string; dataset: { uri: string; target: string } }) => Promise<number>;

/**
 * From the request to the attempt at work: the first TrainProgressed (`reading`) of a job, which its worker process sends when
 * it has the task, minus the moment just before the POST, or the publishing to Kafka.
 */
export const workerStart: Part = {
  name: 'worker-start',
  async *measure(options) {
    yield await embedded(options);
    yield await distributed(options);
  },
};

async function embedded(options: BenchOptions): Promise<Measurement> {
  const platform = await startEmbedded({ observed: true });
  const ask: Ask = async (request) => {
    const askedAt = Date.now();
    await platform.rest.train({ ...request, model: 'dummy' });
    return askedAt;
  };
  try {
    return await measure('embedded: POST', 'p50 < 50 ms', platform, ask, options);
  } finally {
    await platform.stop();
  }
}

async function distributed(options: BenchOptions): Promise<Measurement> {
  const platform = await startDistributed();
  const { bus, codec } = platform;
  const ask: Ask = async (request) => {
    const askedAt = Date.now();
    const event = { type: 'TrainRequested', id: randomUUID(), source: 'bench', key: request.jobId } as const;
    const data = { ...request, dataset: { ...request.dataset, features: [], exclude: [] }, model: 'dummy' };
    await bus.publish([await codec.encode({ ...event, time: askedAt, data })]);
    return askedAt;
  };
  try {
    const name = `on ${platform.description}: publish`;
    return await measure(name, 'p50 < 150 ms', platform, ask, options);
  } finally {
    await platform.stop();
  }
}

async function measure(
  name: string,
  target: string,
  platform: BenchPlatform,
  ask: Ask,
  { quick }: BenchOptions,
): Promise<Measurement> {
  const { rest } = platform;
  const uri = await rest.upload('penguins.csv', readExample('penguins/penguins.csv'));
  const askedAt = new Map<string, number>();
  for (let i = -WARM_UP; i < (quick ? 10 : JOBS); i++) {
    const jobId = `worker-start-${i}`;
    const asked = await ask({ jobId, name: jobId, dataset: { uri, target: 'species' } });
    if (i >= 0) askedAt.set(jobId, asked);
    await rest.completed(jobId);
    // At no fixed distance from what the platform does at intervals.
    await sleep(100 + Math.random() * 200);
  }
  const claimed = summarize(delays(platform, askedAt, 'TrainStarted'));
  const running = summarize(delays(platform, askedAt, 'TrainProgressed'));
  if (running.count !== askedAt.size) throw new Error(`${running.count} of ${askedAt.size} attempts were seen`);
  const ms = ({ p50, p95 }: typeof running) => `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`;
  return {
    figure: `${name} to attempt at work in its process, idle workers`,
    target,
    measured: `${ms(running)} (${running.count} jobs; of that, to TrainStarted: ${ms(claimed)})`,
  };
}

/** From each request to the first event of a type that tells of its job, in ms. */
function delays(
  platform: BenchPlatform,
  askedAt: ReadonlyMap<string, number>,
  wanted: 'TrainStarted' | 'TrainProgressed',
): number[] {
  const first = new Map<string, number>();
  for (const { type, data } of platform.observed()) {
    if (type !== wanted) continue;
    const at = type === 'TrainStarted' ? data.startedAt : data.at;
    first.set(data.jobId, Math.min(at, first.get(data.jobId) ?? Number.POSITIVE_INFINITY));
  }
  return [...askedAt].filter(([jobId]) => first.has(jobId)).map(([jobId, asked]) => first.get(jobId)! - asked);
}
