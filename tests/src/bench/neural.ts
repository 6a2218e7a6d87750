import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { createRandom } from '@trainyard/data';
import { type PythonPeers, pythonPeers } from '../interop/python.js';
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
const keras = await pythonPeers({ folder, file: 'requirements.txt' });
const torch = await pythonPeers({ folder, file: 'requirements-torch.txt', namesAll: true });
for (const [name, peers] of Object.entries({ Keras: keras, PyTorch: torch })) {
  if (!('reason' in peers)) continue;
  console.error(`${name} cannot run: ${peers.reason}`);
  process.exit(1);
}
const kerasPeers = keras as PythonPeers;
const torchPeers = torch as PythonPeers;
/** Libraries in place of CUDA's, which PyTorch is linked with and does not call. */
const stubs = await torchPeers.run('cuda_stubs.py', []);

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
const STEPS = 30;
const FEATURES = 180;
const ours = fileURLToPath(new URL('./neural/ours.js', import.meta.url));

/** Sequences whose class follows from two of their last steps, for all sides to read. */
function writeData(to: string): void {
  const random = createRandom(1);
  const cols = STEPS * FEATURES;
  const rows = Number(values.rows);
  const x = Float32Array.from({ length: rows * cols }, () => random.normal());
  const y = Int32Array.from({ length: rows }, (_, i) => {
    const score = x[(i + 1) * cols - FEATURES]! + x[(i + 1) * cols - 3 * FEATURES + 1]!;
    return Number(score > -0.6) + Number(score > 0.6);
  });
  writeFileSync(join(to, 'x.bin'), x);
  writeFileSync(join(to, 'y.bin'), y);
}

/** Waiting threads of OpenMP sleep instead of spinning: faster on a busy machine, slower on a quiet one, so both are run. */
const PASSIVE = { OMP_WAIT_POLICY: 'passive', GOMP_SPINCOUNT: '0' };
/** Rows that our own kernels learn from, to say how much slower they are. */
const WASM_ROWS = 512;
type Side = (model: string, data: string, settings: readonly string[]) => Promise<string>;
const SIDES: Readonly<Record<string, Side>> = {
  ours: async (model, data, settings) =>
    (await promisify(execFile)(process.execPath, [ours, model, data, ...settings])).stdout,
  Keras: (model, data, settings) => kerasPeers.run('keras_peer.py', [model, data, 'auto', ...settings]),
  PyTorch: (model, data, settings) =>
    torchPeers.run('torch_peer.py', [model, data, 'plain', ...settings], '', { LD_LIBRARY_PATH: stubs }),
  'PyTorch, passive': (model, data, settings) =>
    torchPeers.run('torch_peer.py', [model, data, 'plain', ...settings], '', { LD_LIBRARY_PATH: stubs, ...PASSIVE }),
};

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
const perEpoch = (run: Run, of: 'seconds' | 'cpu') => median(run[of].slice(1));
const show = (numbers: readonly number[]) => median(numbers).toFixed(2);

const intro = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, on ${describeMachine()}; load averages at start ${describeLoad()}. ${values.rows} sequences of ${STEPS} steps of ${FEATURES} features, 3 classes, batches of 256, ${values.threads} threads. All sides take turns on the same data, ${values.repeats} runs each in processes of their own, run by run from another seed; PyTorch with waiting threads that spin and that sleep (the faster counts). Seconds an epoch without the first, medians, and the median (range) of the ratios to the fastest peer of each run.`;
const lines = [
  '| model | learnt with | wall s an epoch: ours / Keras / PyTorch | ratio | bar | CPU s | loss of the last epoch | peak MiB | wasm | one row, p50 / p99 ms |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];
const data = mkdtempSync(join(tmpdir(), 'trainyard-bench-neural-'));
try {
  writeData(data);
  console.log(`${intro}\n`);
  for (const model of models) {
    lines.push(await compare(model));
    console.log(lines.at(-1));
  }
} finally {
  rmSync(data, { recursive: true, force: true });
}
if (!values.only) writeSection(inRepository('docs/benchmarks.md'), 'neural', `${intro}\n\n${lines.join('\n')}`);

async function compare(model: string): Promise<string> {
  const rounds: Record<string, Run>[] = [];
  for (let seed = 0; seed < Number(values.repeats); seed++) {
    const round: Record<string, Run> = {};
    const settings = [values.rows, STEPS, FEATURES, EPOCHS, values.threads, seed].map(String);
    for (const [name, side] of Object.entries(SIDES)) round[name] = JSON.parse(await side(model, data, settings));
    const [spinning, sleeping] = [round.PyTorch!, round['PyTorch, passive']!];
    if (perEpoch(sleeping, 'seconds') < perEpoch(spinning, 'seconds')) round.PyTorch = sleeping;
    rounds.push(round);
  }
  const slower =
    (await wasmSecondsARow(model)) /
    (median(rounds.map(({ ours: own }) => perEpoch(own!, 'seconds'))) / Number(values.rows));
  const ratios = rounds
    .map(({ ours: own, Keras, PyTorch }) => {
      const fastest = Math.min(perEpoch(Keras!, 'seconds'), perEpoch(PyTorch!, 'seconds'));
      return perEpoch(own!, 'seconds') / fastest;
    })
    .sort((a, b) => a - b);
  const names = ['ours', 'Keras', 'PyTorch'];
  const all = (of: (run: Run) => number) =>
    names.map((name) => show(rounds.map((round) => of(round[name]!)))).join(' / ');
  const range = `(${ratios[0]!.toFixed(2)}-${ratios.at(-1)!.toFixed(2)})`;
  const bar = median(ratios) <= 1 ? '<= 1.00' : '<= 1.00 **missed**';
  const own = rounds.map((round) => round.ours!);
  const latency = `${show(own.map(({ p50 }) => p50!))} / ${show(own.map(({ p99 }) => p99!))}`;
  const what = names.map((name) => rounds[0]![name]!.what).join(' / ');
  return `| ${model} | ${what} | ${all((run) => perEpoch(run, 'seconds'))} | **${median(ratios).toFixed(2)}** ${range} | ${bar} | ${all((run) => perEpoch(run, 'cpu'))} | ${all((run) => run.loss)} | ${all((run) => run.peakMiB)} | ${slower.toFixed(0)} times the time | ${latency} |`;
}

async function wasmSecondsARow(model: string): Promise<number> {
  const rows = Math.min(WASM_ROWS, Number(values.rows));
  const settings = [rows, STEPS, FEATURES, 2, 1, 0].map(String);
  const env = { ...process.env, TRAINYARD_NEURAL_BACKEND: 'wasm' };
  const { stdout } = await promisify(execFile)(process.execPath, [ours, model, data, ...settings], { env });
  return perEpoch(JSON.parse(stdout), 'seconds') / rows;
}
