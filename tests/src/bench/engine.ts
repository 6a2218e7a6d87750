import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type PythonPeers, pythonPeers } from '../interop/python.js';
import { CONTESTS, type Contest } from './engine/contests.js';
import { flightsData } from './engine/flights.js';
import { type Growth, growth } from './engine/growth.js';
import type { Job } from './engine/job.js';
import { type Outcome, race, runOurs, runTheirs } from './engine/race.js';
import { contestTable, growthTable } from './engine/tables.js';
import { describeLoad, describeMachine } from './report/machine.js';
import { writeSection } from './report/table.js';
import { inRepository } from './spine/repository.js';

const PARTS = [...Object.keys(CONTESTS), 'growth', 'flights'];
const usage = `npm run bench -- engine [--only PART|WORD,...] [--repeats N] [--threads N] [--quick]
  --only     parts of ${PARTS.join(', ')}, or words of contests' names, such as svm; prints only
  --repeats  runs of each side, in turn; default 3
  --threads  of both sides; default 2
  --quick    one run of each, and the smallest size; prints only`;
const folder = fileURLToPath(new URL('../../src/bench/engine', import.meta.url));

const { values } = readArguments();
const only = values.only?.split(',');
const repeats = values.quick ? 1 : Number(values.repeats);
const threads = Number(values.threads);
if (!(repeats >= 1 && threads >= 1)) {
  console.error(usage);
  process.exit(2);
}
const peers = await pythonPeers({ folder, file: 'requirements.txt', namesAll: true });
if ('reason' in peers) {
  console.error(`The peers cannot run: ${peers.reason}`);
  process.exit(1);
}

const begun = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const intro =
  `${begun}, on ${describeMachine()}; load averages at start ${describeLoad()}. Ours and the native library take turns on the same ` +
  `files, ${repeats} runs each in processes of their own, ${threads} threads; medians, and the median (range) of the ratios run by run. ` +
  'The fit includes binning. Peak memory is that of the whole process, the data included, and how much of it the fit added. A score within 0.3 % of the peer counts as equal.';
console.log(`${intro}\n`);
const sections = new Map<string, string>();
const failures: string[] = [];
for (const [part, contests] of Object.entries(CONTESTS)) await raceAll(part, contests, peers);
if (wants('flights')) await attempt('flights', () => flyAll(peers));
if (wants('growth')) await attempt('growth', () => growAll(peers));
console.log(`\n${report()}`);
process.exit(failures.length > 0 ? 1 : 0);

/** What was measured so far, as it stands in the document. */
function report(): string {
  return [...sections.values(), ...failures].join('\n\n');
}

/** Keeps what was measured, so that a run that is cut short has not been for nothing. */
function keep(part: string, text: string): void {
  sections.set(part, text);
  if (!values.quick && !only) writeSection(inRepository('docs/benchmarks.md'), 'engine', `${intro}\n\n${report()}`);
}

async function attempt(name: string, measure: () => Promise<void>): Promise<void> {
  try {
    await measure();
  } catch (error) {
    console.error(error);
    const [words = ''] = (error as Error).message.split('\n');
    failures.push(`**${name} failed:** ${words}`);
  }
}

async function raceAll(part: string, contests: readonly Contest[], python: PythonPeers): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const contest of contests) {
    if (!wants(part) && !only?.some((word) => contest.name.includes(word))) continue;
    console.log(`${contest.name} (load ${describeLoad()})`);
    await attempt(contest.name, async () => {
      const outcome = await race(contest, python, threads, repeats);
      outcomes.push(outcome);
      console.log(
        `  ratio ${outcome.ratio.toFixed(3)} ${JSON.stringify({ ours: outcome.ours, theirs: outcome.theirs })}`,
      );
      const alone = outcomes.filter(({ ours }) => ours.oneRowP50 !== undefined).map(oneRowLine);
      keep(part, [contestTable(outcomes), ...alone].join('\n\n'));
    });
  }
}

function oneRowLine({ contest, ours, theirs }: Outcome): string {
  const micros = (value: number | undefined) => ((value ?? Number.NaN) * 1e6).toFixed(1);
  return (
    `One row alone, ${contest.name.replace(/^.*, /, '')}: ours p50 ${micros(ours.oneRowP50)} µs (bar < 20), p99 ${micros(ours.oneRowP99)} µs; ` +
    `${contest.peer} p50 ${micros(theirs.oneRowP50)} µs, p99 ${micros(theirs.oneRowP99)} µs.`
  );
}

async function growAll(python: PythonPeers): Promise<void> {
  const steps: Growth[] = [];
  for await (const step of growth(python, values.quick)) {
    steps.push(step);
    console.log(
      `${step.model} ${step.rows} x ${step.cols}, ${step.threads} threads: ${step.ours.fit} / ${step.theirs.fit} s`,
    );
    keep('growth', `How time and memory grow (two classes, one run of each):\n\n${growthTable(steps)}`);
  }
}

async function flyAll(python: PythonPeers): Promise<void> {
  const { folder: data, rows, cols, categorical } = await flightsData();
  const steps: Growth[] = [];
  for (const [model, params] of Object.entries({
    lightgbm: { n_estimators: 100, num_leaves: 31, max_bin: 255, learning_rate: 0.1 },
    xgboost: { n_estimators: 100, max_depth: 6, learning_rate: 0.1 },
  })) {
    const testRows = Math.round(rows / 5);
    const job: Job = {
      ...{ folder: data, trainRows: rows - testRows, testRows, task: 'binary', model, params, threads, seed: 7 },
      // XGBoost from a plain matrix takes codes as numbers; so does ours then.
      ...(model === 'lightgbm' ? { categorical } : {}),
    };
    steps.push({ rows, cols, threads, model, ours: await runOurs(job), theirs: await runTheirs(python, job) });
  }
  keep('flights', `Three million real flights (is it late?), 8 columns, one run of each:\n\n${growthTable(steps)}`);
}

function wants(part: string): boolean {
  return only === undefined || only.includes(part);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        repeats: { type: 'string', default: '3' },
        threads: { type: 'string', default: '2' },
        quick: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}
