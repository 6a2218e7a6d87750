import { type Dataset, LearnError } from '@trainyard/data';
import { ObliviousEngine } from '@trainyard/kernels';
import { threading } from '../threading.js';
import type { Loss } from './loss.js';
import { SAMPLE_ROWS } from './quantise-columns.js';

/** Splits name features by 16 bits. */
const MOST_FEATURES = 65_535;

/**
 * An engine that holds targets, weights and first scores, but no bins yet. `base` has row-major scores to begin at instead of
 * the loss's own. Throws OPTION_UNSUPPORTED when memory does not suffice.
 */
export async function createEngine(
  { x, y }: Dataset,
  weight: Float64Array,
  loss: Loss,
  base: Float64Array | undefined,
  shape: { readonly numeric: number; readonly features: number; readonly depth: number; readonly threads: number },
): Promise<ObliviousEngine> {
  const { outputs, offset, init } = loss;
  if (shape.features > MOST_FEATURES) {
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      `${shape.features} features are more than the ${MOST_FEATURES} a tree can name.`,
    );
  }
  const engine = await ObliviousEngine.create({
    rows: x.rows,
    numeric: shape.numeric,
    // One feature even when none can be split on: the engine then grows single leaves.
    features: Math.max(1, shape.features),
    outputs,
    depth: shape.depth,
    threads: x.rows * x.cols < threading.fewObliviousValues ? 1 : shape.threads,
    sampleRows: Math.min(SAMPLE_ROWS, x.rows),
  }).catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      `The data do not fit into the memory of one fit: ${error.message}. Give fewer rows or columns, or a smaller depth.`,
    );
  });
  engine.bins.fill(0);
  for (let i = 0; i < x.rows; i++) {
    engine.labels[i] = y[i]! - offset;
    engine.weights[i] = weight[i]!;
    for (let c = 0; c < outputs; c++) {
      engine.scores[c * engine.plane + i] = (base === undefined ? init[c]! : base[i * outputs + c]!) - offset;
    }
  }
  return engine;
}
