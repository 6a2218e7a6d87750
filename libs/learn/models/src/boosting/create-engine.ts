import { type Dataset, LearnError } from '@trainyard/data';
import { BoostingEngine } from '@trainyard/kernels';
import { type Columns, SAMPLE_ROWS } from './bins.js';
import type { Objective } from './objectives/objective.js';
import type { TreeSettings } from './settings.js';
import { threading } from './threading.js';

/** An engine that holds targets, weights and first scores, but no bins yet. Throws OPTION_UNSUPPORTED when memory does not suffice. */
export async function createEngine(
  { x, y }: Dataset,
  weight: Float64Array,
  settings: TreeSettings,
  maxBin: number,
  threads: number,
  { outputs, offset, init }: Objective,
  columns: Columns,
): Promise<BoostingEngine> {
  const engine = await BoostingEngine.create({
    rows: x.rows,
    features: columns.used.length,
    outputs,
    leaves: Math.max(2, Math.min(settings.maxLeaves, x.rows)),
    exact: settings.precision === 'f64',
    mostBins: maxBin + 1,
    categorical: columns.categorical,
    threads: x.rows * x.cols < threading.fewValues ? 1 : threads,
    sampleRows: Math.min(SAMPLE_ROWS, x.rows),
  }).catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      `The data do not fit into the memory of one fit: ${error.message}. Give fewer rows or columns, or a smaller num_leaves.`,
    );
  });
  for (let i = 0; i < x.rows; i++) {
    engine.labels[i] = y[i]! - offset;
    engine.weights[i] = weight[i]!;
  }
  for (let output = 0; output < outputs; output++) {
    engine.scores.fill(init[output]! - offset, output * x.rows, (output + 1) * x.rows);
  }
  return engine;
}
