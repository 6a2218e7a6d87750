import { runLoad } from '../load/load.js';
import { startDistributed } from '../platforms/distributed.js';
import { startEmbedded } from '../platforms/embedded.js';
import type { BenchPlatform } from '../platforms/platform.js';
import type { BenchOptions, Measurement, Part } from '../report/measurement.js';
import { readExample } from './repository.js';

const RATE = 300;
const MODEL = 'late-arrivals';
/** Each about a quarter above the one before. */
const STEPS = [400, 500, 625, 800, 1000, 1250, 1600, 2000, 2500, 3200, 4000, 5000, 6300, 8000];
const HELD_MS = 50;
const TRIES = 2;

/** One row at a time through the gateway, asked by a generator in a process of its own on the same machine. */
export const predict: Part = {
  name: 'predict',
  async *measure(options) {
    yield* embedded(options);
    yield* distributed(options);
  },
};

async function* embedded(options: BenchOptions): AsyncIterable<Measurement> {
  const platform = await startEmbedded();
  try {
    await deployExample(platform);
    yield await atFixedRate('embedded', '< 10 ms', platform, options);
    yield await highestRate('embedded', platform, options);
  } finally {
    await platform.stop();
  }
}

async function* distributed(options: BenchOptions): AsyncIterable<Measurement> {
  const platform = await startDistributed();
  try {
    await deployExample(platform);
    yield await atFixedRate('on Kafka, gateway to serving over HTTP', '', platform, options);
  } finally {
    await platform.stop();
  }
}

async function deployExample({ rest }: BenchPlatform): Promise<void> {
  const request = JSON.parse(readExample('flights/train-request.json').toString());
  const uri = await rest.upload('late-arrivals.csv', readExample('flights/late-arrivals.csv'));
  await rest.completed(await rest.train({ ...request, dataset: { ...request.dataset, uri } }));
  const answer = await rest.call<{ predictions: { prediction: string }[] }>(`/api/v1/predict/${MODEL}`, oneRow());
  if (!['yes', 'no'].includes(answer.predictions[0]?.prediction ?? '')) throw new Error(JSON.stringify(answer));
}

function oneRow() {
  const { instances } = JSON.parse(readExample('flights/predict-request.json').toString());
  return { instances: [instances[0]] };
}

/** A load of one-row requests; `seconds` of warm-up before it count for nothing. */
async function load({ rest }: BenchPlatform, rate: number, seconds: number, warmUp: number) {
  const url = `${rest.address}/api/v1/predict/${MODEL}`;
  const body = JSON.stringify(oneRow());
  if (warmUp > 0) await runLoad({ url, body, rate, seconds: warmUp });
  return runLoad({ url, body, rate, seconds });
}

async function atFixedRate(
  name: string,
  limit: string,
  platform: BenchPlatform,
  { quick }: BenchOptions,
): Promise<Measurement> {
  const { latency, lateness, failures, sent } = await load(platform, RATE, quick ? 5 : 20, quick ? 2 : 5);
  const errors = Object.keys(failures).length > 0 ? `; failures ${JSON.stringify(failures)}` : ', no errors';
  return {
    figure: `${name}: POST /api/v1/predict/{id}, one row, ${RATE} requests/s`,
    target: limit && `p99 ${limit}`,
    measured:
      `p50 ${latency.p50.toFixed(1)} ms, p99 ${latency.p99.toFixed(1)} ms, max ${latency.max.toFixed(0)} ms ` +
      `(${sent} requests${errors}; the generator itself sent late by p99 ${lateness.p99.toFixed(1)} ms)`,
  };
}

/** A rate is held when it is held once: a moment in which the machine did something else is no limit of the platform. */
async function tryRate(
  platform: BenchPlatform,
  rate: number,
  seconds: number,
  tries: number,
): Promise<{ held: boolean; found: string }> {
  const { latency, failures } = await load(platform, rate, seconds, 0);
  const errors = Object.entries(failures).map(([reason, count]) => `${count} x ${reason}`);
  const found = `${rate}/s: p99 ${latency.p99.toFixed(1)} ms${errors.map((error) => `, ${error}`).join('')}`;
  console.log(`    ${found}`);
  if (errors.length === 0 && latency.p99 < HELD_MS) return { held: true, found };
  return tries > 1 ? tryRate(platform, rate, seconds, tries - 1) : { held: false, found };
}

async function highestRate(name: string, platform: BenchPlatform, { quick }: BenchOptions): Promise<Measurement> {
  let held = 'none';
  let broke = 'the last rate that was tried';
  for (const rate of STEPS) {
    const tries = quick ? 1 : TRIES;
    const result = await tryRate(platform, rate, quick ? 3 : 8, tries);
    if (!result.held) {
      broke = `${result.found}, ${tries} times in a row`;
      break;
    }
    held = result.found;
  }
  return {
    figure: `${name}: the highest rate held (p99 < ${HELD_MS} ms, no errors, in one of ${TRIES} tries)`,
    target: '',
    measured: `${held} (not held: ${broke})`,
  };
}
