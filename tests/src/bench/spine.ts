import { parseArgs } from 'node:util';
import { describeLoad, describeMachine } from './report/machine.js';
import type { BenchOptions, Part } from './report/measurement.js';
import { type Row, tableOf, writeSection } from './report/table.js';
import { largeTraining } from './spine/large-training.js';
import { predict } from './spine/predict.js';
import { progress } from './spine/progress.js';
import { queue } from './spine/queue.js';
import { inRepository } from './spine/repository.js';
import { start } from './spine/start.js';
import { workerStart } from './spine/worker-start.js';

const parts: readonly Part[] = [start, workerStart, progress, predict, queue, largeTraining];
const usage = `npm run bench -- spine [--only PART,...] [--quick] [--limit SECONDS]
  --only   some parts of ${parts.map(({ name }) => name).join(', ')}; prints only
  --quick  fewer and shorter runs, to see that everything works; prints only
  --limit  how long each size of the queue may take; default 600, and a size that will not fit is left out`;

/** Runs the parts one after the other; one that fails says so in the table, below what it had measured. */
async function run(chosen: readonly Part[], options: BenchOptions): Promise<{ rows: Row[]; failed: boolean }> {
  const rows: Row[] = [];
  let failed = false;
  for (const { name, measure } of chosen) {
    let load = describeLoad();
    console.log(`${name} (load ${load})`);
    try {
      for await (const measurement of measure(options)) {
        rows.push({ ...measurement, load });
        load = describeLoad();
        console.log(`  ${measurement.figure}: ${measurement.measured} (load now ${load})`);
      }
    } catch (error) {
      failed = true;
      console.error(error);
      const [measured = ''] = `failed: ${(error as Error).message}`.split('\n');
      rows.push({ figure: name, target: '', measured, load });
    }
  }
  return { rows, failed };
}

const { values } = readArguments();
const wanted = values.only?.split(',') ?? parts.map(({ name }) => name);
const limit = values.limit === undefined ? undefined : Number(values.limit);
const unknown = wanted.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0 || (limit !== undefined && !(limit > 0))) {
  console.error(usage);
  process.exit(2);
}
// Ends what the parts have started: they listen for the exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.chdir(inRepository(''));

function readArguments() {
  try {
    return parseArgs({
      options: { only: { type: 'string' }, quick: { type: 'boolean', default: false }, limit: { type: 'string' } },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

const begun = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const loadAtStart = describeLoad();
console.log(`${describeMachine()}; load ${loadAtStart}`);
const chosen = parts.filter(({ name }) => wanted.includes(name));
const { rows, failed } = await run(chosen, { quick: values.quick, limit });
const table = tableOf(rows);
console.log(`\n${table}`);
if (!values.quick && values.only === undefined) {
  const intro = `${begun}, on ${describeMachine()}. Load averages (1, 5, 15 minutes) at start: ${loadAtStart}. Generators and clients ran on the same machine.`;
  const file = inRepository('docs/benchmarks.md');
  writeSection(file, 'spine', `${intro}\n\n${table}`);
  console.log(`\nwritten to ${file}`);
}
process.exit(failed ? 1 : 0);
