import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { pythonPeers } from '../interop/python.js';
import { describeLoad, describeMachine } from './report/machine.js';
import { writeSection } from './report/table.js';
import { inRepository } from './spine/repository.js';

const MODELS = ['lstm', 'gru', 'tcn', 'transformer', 'mlp'];
const usage = `npm run bench -- neural [--only MODEL,...] [--repeats N] [--threads N] [--rows N]
  --only     of ${MODELS.join(', ')}; prints only
  --repeats  runs of each side, in turn; default 3
  --threads  of both sides; default 2
  --rows     sequences of 30 steps of 180 features; default 8192`;
const options = {
  only: { type: 'string' },
  repeats: { type: 'string', default: '3' },
  threads: { type: 'string', default: '2' },
  rows: { type: 'string', default: '8192' },
} as const;

const { values } = parseArgs({ options });
const models = values.only?.split(',') ?? MODELS;
if (models.some((model) => !MODELS.includes(model)) || !(Number(values.repeats) >= 1)) {
  console.error(usage);
  process.exit(2);
}
const folder = fileURLToPath(new URL('../../src/bench/neural', import.meta.url));
const peers = await pythonPeers({ folder, file: 'requirements.txt' });
if ('reason' in peers) {
  console.error(`Keras cannot run: ${peers.reason}`);
  process.exit(1);
}

/** What one run says; the first epoch is left out of the times, because both sides get ready in it. */
interface Run {
  readonly seconds: readonly number[];
  readonly cpu: readonly number[];
  readonly loss: number;
  readonly peakMiB: number;
  readonly what: string;
  readonly p50?: number;
  readonly p99?: number;
}

const EPOCHS = 3;
const ours = fileURLToPath(new URL('./neural/ours.js', import.meta.url));
const settings = [values.rows, '30', '180', String(EPOCHS), values.threads];
const runOurs = async (model: string) => {
  const { stdout } = await promisify(execFile)(process.execPath, [ours, model, ...settings]);
  return JSON.parse(stdout) as Run;
};
const runKeras = async (model: string) => JSON.parse(await peers.run('keras_peer.py', [model, ...settings])) as Run;

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
const perEpoch = (run: Run, of: 'seconds' | 'cpu') => median(run[of].slice(1));
const show = (numbers: readonly number[]) => median(numbers).toFixed(2);

const intro = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, on ${describeMachine()}; load averages at start ${describeLoad()}. ${values.rows} sequences of 30 steps of 180 features, 3 classes, batches of 256, ${values.threads} threads. Ours and Keras take turns, ${values.repeats} runs each in processes of their own; seconds an epoch without the first, medians, and the median (range) of the ratios run by run.`;
const lines = [
  '| model | learnt with | wall s an epoch, ours / Keras | ratio | bar | CPU s, ours / Keras | loss of the last epoch | peak MiB | one row, p50 / p99 ms |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];
console.log(`${intro}\n`);
for (const model of models) {
  const pairs: [Run, Run][] = [];
  for (let i = 0; i < Number(values.repeats); i++) pairs.push([await runOurs(model), await runKeras(model)]);
  const ratios = pairs.map(([a, b]) => perEpoch(a, 'seconds') / perEpoch(b, 'seconds')).sort((a, b) => a - b);
  const both = (of: (run: Run) => number) =>
    [0, 1].map((side) => show(pairs.map((pair) => of(pair[side]!)))).join(' / ');
  const range = `(${ratios[0]!.toFixed(2)}-${ratios.at(-1)!.toFixed(2)})`;
  const bar = median(ratios) <= 1 ? '<= 1.00' : '<= 1.00 **missed**';
  const latency = `${show(pairs.map(([run]) => run.p50!))} / ${show(pairs.map(([run]) => run.p99!))}`;
  const [mine, theirs] = pairs[0]!;
  lines.push(
    `| ${model} | ${mine.what} / ${theirs.what} | ${both((run) => perEpoch(run, 'seconds'))} | **${median(ratios).toFixed(2)}** ${range} | ${bar} | ${both((run) => perEpoch(run, 'cpu'))} | ${both((run) => run.loss)} | ${both((run) => run.peakMiB)} | ${latency} |`,
  );
  console.log(lines.at(-1));
}
if (!values.only) writeSection(inRepository('docs/benchmarks.md'), 'neural', `${intro}\n\n${lines.join('\n')}`);
