import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '../platforms/embedded.js';
import type { Rest } from '../platforms/rest.js';
import type { Measurement, Part } from '../report/measurement.js';
import { readExample } from './repository.js';

const SIZES = [100, 1000, 10_000];
const QUICK_SIZES = [20, 100];
const SENDERS = 16;
const WARM_UP = 10;
const DEFAULT_LIMIT_SECONDS = 600;

interface Sample {
  readonly seconds: number;
  readonly done: number;
}

interface Drained {
  readonly jobs: number;
  readonly done: number;
  readonly failed: number;
  /** From the first request, on a platform that has done a few, until the last job ended, or the limit. */
  readonly seconds: number;
  readonly samples: readonly Sample[];
}

/** Tiny jobs that are all queued at once, each size on a fresh platform: more waiting jobs must not make each slower. */
export const queue: Part = {
  name: 'queue',
  async *measure(options) {
    const limit = options.limit ?? DEFAULT_LIMIT_SECONDS;
    const rates: { readonly jobs: number; readonly rate: number }[] = [];
    for (const jobs of options.quick ? QUICK_SIZES : SIZES) {
      const projected = jobs / (rates.at(-1)?.rate ?? Number.POSITIVE_INFINITY);
      if (projected > limit && options.limit === undefined) {
        yield row(jobs, `not run: it would take ${projected.toFixed(0)} s; --limit SECONDS runs it for that long`);
        continue;
      }
      const drained = await drain(jobs, limit);
      rates.push({ jobs, rate: drained.done / drained.seconds });
      yield row(jobs, describe(drained));
    }
    yield ratio(rates);
  },
};

const row = (jobs: number, measured: string): Measurement => ({
  figure: `${jobs.toLocaleString('en')} tiny jobs queued at once, embedded`,
  target: jobs === 1000 ? 'all complete' : '',
  measured,
});

function ratio(rates: readonly { readonly jobs: number; readonly rate: number }[]): Measurement {
  const [first, last] = [rates[0], rates.at(-1)];
  const share = first && last ? last.rate / first.rate : Number.NaN;
  return {
    figure: `the queue's cost for each job: jobs/s with ${last?.jobs.toLocaleString('en')} over jobs/s with ${first?.jobs}`,
    target: 'about 1',
    measured: share.toFixed(2),
  };
}

function describe({ jobs, done, failed, seconds, samples }: Drained): string {
  const whole = done === jobs && failed === 0;
  const outcome = whole ? 'all complete' : `${done} of ${jobs} complete, ${failed} failed, when the time was over`;
  const tenth = jobs / 10;
  const between = (from: number, to: number) => {
    const [a, b] = [samples.find((at) => at.done >= from), samples.find((at) => at.done >= to)];
    return a && b && b.seconds > a.seconds ? ((b.done - a.done) / (b.seconds - a.seconds)).toFixed(1) : '-';
  };
  const ends = samples.length > 20 && whole;
  const steady = ends
    ? `; second tenth ${between(tenth, 2 * tenth)}/s, last tenth ${between(jobs - tenth, jobs)}/s`
    : '';
  return `${outcome}: ${(done / seconds).toFixed(1)} jobs/s (${seconds.toFixed(1)} s${steady})`;
}

async function drain(jobs: number, limit: number): Promise<Drained> {
  const platform = await startEmbedded();
  try {
    const { rest } = platform;
    const uri = await rest.upload('penguins.csv', readExample('penguins/penguins.csv'));
    await send(rest, 'warm-up', WARM_UP, uri);
    while ((await rest.countJobs('completed')) < WARM_UP) await sleep(50);
    const started = performance.now();
    const elapsed = () => (performance.now() - started) / 1000;
    const sending = send(rest, 'tiny', jobs, uri);
    const samples: Sample[] = [];
    for (;;) {
      const done = (await rest.countJobs('completed')) - WARM_UP;
      const failed = await rest.countJobs('failed');
      const seconds = elapsed();
      samples.push({ seconds, done });
      if (done + failed >= jobs || seconds > limit) {
        // Those that were not sent in time are not waited for.
        if (seconds <= limit) await sending;
        else sending.catch(() => undefined);
        return { jobs, done, failed, seconds, samples };
      }
      await Promise.race([sleep(Math.min(1000, jobs)), sending.then(() => sleep(200))]);
    }
  } finally {
    await platform.stop();
  }
}

/** Sends all requests over kept connections; each job makes a model of its own, so that no document grows with the queue. */
async function send(rest: Rest, prefix: string, jobs: number, uri: string): Promise<void> {
  let next = 0;
  const sender = async () => {
    while (next < jobs) {
      const name = `${prefix}-${next++}`;
      await rest.train({ jobId: name, name, dataset: { uri, target: 'species' }, model: 'dummy' });
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}
