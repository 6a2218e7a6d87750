import type { PythonPeers } from '../../interop/python.js';
import type { Job, Result } from './job.js';
import { runOurs, runTheirs } from './race.js';
import { syntheticData } from './synthetic.js';

/** One size of the data, fitted once by each side. */
export interface Growth {
  readonly rows: number;
  readonly cols: number;
  readonly threads: number;
  readonly model: string;
  readonly ours: Result;
  readonly theirs: Result;
}

const BY_ROWS = [10_000, 50_000, 250_000, 1_000_000];
const BY_COLUMNS = [180, 1000];
const FEW_COLUMNS = 20;
const SOME_ROWS = 50_000;
/** Measured with one thread too. */
const SOME_COLUMNS = 180;
const MODELS = {
  lightgbm: { n_estimators: 100, num_leaves: 31, max_bin: 255, learning_rate: 0.1 },
  xgboost: { n_estimators: 100, max_depth: 6, learning_rate: 0.1 },
} as const;

/** How time and memory grow with rows, columns and threads: two classes, a fifth of the rows held out. */
export async function* growth(peers: PythonPeers, quick: boolean): AsyncIterable<Growth> {
  const sizes = [
    ...BY_ROWS.map((rows) => ({ rows, cols: FEW_COLUMNS })),
    ...BY_COLUMNS.map((cols) => ({ rows: SOME_ROWS, cols })),
  ];
  for (const { rows, cols } of quick ? sizes.slice(0, 1) : sizes) {
    const { folder } = await syntheticData(rows, cols);
    const testRows = rows / 5;
    for (const threads of cols === SOME_COLUMNS ? [1, 2] : [2]) {
      for (const [model, params] of Object.entries(MODELS)) {
        const job: Job = {
          ...{ folder, trainRows: rows - testRows, testRows, task: 'binary', model, params, threads, seed: 7 },
        };
        yield { rows, cols, threads, model, ours: await runOurs(job), theirs: await runTheirs(peers, job) };
      }
    }
  }
}
