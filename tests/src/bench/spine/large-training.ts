import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Part } from '../report/measurement.js';
import { flightsFile } from './flights.js';
import { inRepository } from './repository.js';

const QUICK_ROUNDS = 10;
const ROUNDS = 100;
const LEAVES = 31;
const THREADS = 2;
const peakMemory = fileURLToPath(new URL('./peak-memory.js', import.meta.url));

/** As `trainyard train --json` prints it. */
interface Report {
  readonly training_metrics: { readonly training_time: number };
  readonly test_metrics: { readonly roc_auc: number };
  readonly data: { readonly rows: number; readonly features: number; readonly seconds: number };
}

/** `trainyard train` on three million flights, in a process of its own. */
export const largeTraining: Part = {
  name: 'large-training',
  async *measure({ quick }) {
    const file = await flightsFile();
    const folder = await mkdtemp(join(tmpdir(), 'trainyard-bench-'));
    const rounds = quick ? QUICK_ROUNDS : ROUNDS;
    const settings = [
      `params.n_estimators=${rounds}`,
      `params.num_leaves=${LEAVES}`,
      'dataset.time=date',
      'dataset.exclude=[date]',
      'validation.strategy=time_series',
    ];
    const args = ['--import', pathToFileURL(peakMemory).href, inRepository('cli/bin/trainyard.js'), 'train'];
    args.push('--data', file, '--target', 'late', '--model', 'lightgbm', '--threads', `${THREADS}`, '--json');
    args.push('--out', folder, ...settings.flatMap((setting) => ['--set', setting]));
    const env = { ...process.env, PEAK_MEMORY_FILE: join(folder, 'peak') };
    try {
      const started = performance.now();
      const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 64 * 2 ** 20 });
      const total = (performance.now() - started) / 1000;
      const { data, training_metrics, test_metrics } = JSON.parse(stdout) as Report;
      const peak = Number(await readFile(env.PEAK_MEMORY_FILE, 'utf8')) / 2 ** 20;
      const rows = data.rows.toLocaleString('en');
      const figure = `${rows} flights, ${data.features} features, lightgbm, ${rounds} rounds of ${LEAVES} leaves, ${THREADS} threads`;
      yield {
        figure,
        target: 'completes',
        measured:
          `load ${data.seconds.toFixed(1)} s, fit ${training_metrics.training_time.toFixed(1)} s, ` +
          `whole command ${total.toFixed(1)} s; ROC AUC ${test_metrics.roc_auc.toFixed(4)} on the latest flights`,
      };
      yield {
        figure: 'the same: peak memory of the process',
        target: 'well < 4 GB',
        measured: `${peak.toFixed(2)} GiB`,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
