import { startDistributed } from '../platforms/distributed.js';
import { startEmbedded } from '../platforms/embedded.js';
import { readEvents } from '../platforms/event-stream.js';
import type { BenchPlatform } from '../platforms/platform.js';
import type { BenchOptions, Measurement, Part } from '../report/measurement.js';
import { summarize } from '../report/statistics.js';
import { readExample } from './repository.js';

/** From TrainProgressed.at, the moment training heard of it, to a client of the gateway's event stream. */
export const progress: Part = {
  name: 'progress',
  async *measure(options) {
    for (const [name, startPlatform] of [
      ['embedded', () => startEmbedded({ observed: true })],
      ['on Kafka', startDistributed],
    ] as const) {
      const platform = await startPlatform();
      try {
        yield await measure(name, platform, options);
      } finally {
        await platform.stop();
      }
    }
  },
};

async function measure(name: string, platform: BenchPlatform, { quick }: BenchOptions): Promise<Measurement> {
  const { rest } = platform;
  const uri = await rest.upload('late-arrivals.csv', readExample('flights/late-arrivals.csv'));
  const jobId = await rest.train({
    name: 'progress',
    dataset: { uri, target: 'late', exclude: ['date'] },
    model: 'lightgbm',
    params: { n_estimators: quick ? 1000 : 5000, learning_rate: 0.002, num_leaves: 31 },
  });
  const received = new Map<number, number>();
  for await (const { event, data, receivedAt } of readEvents(`${rest.address}/api/v1/models/jobs/${jobId}/events`)) {
    const iteration = Number(data.iteration);
    if (event === 'progress' && iteration > 0 && !received.has(iteration)) received.set(iteration, receivedAt);
  }
  await rest.completed(jobId);
  const delays: number[] = [];
  for (const { type, data } of platform.observed()) {
    if (type !== 'TrainProgressed' || data.jobId !== jobId || data.iteration === 0) continue;
    const at = received.get(data.iteration);
    // An iteration may be reported twice, as the last of one stage and the first of the next: the first report counts.
    if (at !== undefined) delays.push(at - data.at);
    received.delete(data.iteration);
  }
  const { count, p50, p95, max } = summarize(delays);
  if (count < 5) throw new Error(`only ${count} progress events arrived`);
  return {
    figure: `${name}: progress of an attempt to a client of the gateway's event stream`,
    target: '< 250 ms',
    measured: `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, max ${max.toFixed(0)} ms (${count} events)`,
  };
}
