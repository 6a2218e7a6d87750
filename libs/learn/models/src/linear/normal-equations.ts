import { type Dataset, LearnError } from '@trainyard/data';
import { GramEngine } from '@trainyard/kernels';
import { columnMeans, weightedMean } from './column-statistics.js';
import { sparseNormalEquations } from './sparse-normal-equations.js';

/** Weighted sums about the means: what least squares needs to know of the data. */
export interface NormalEquations {
  /** Row-major `f x f`: sum of w (x - mean)(x - mean)'. */
  readonly gram: Float64Array;
  /** f entries: sum of w (x - mean)(y - mean y). */
  readonly moment: Float64Array;
  readonly means: Float64Array;
  readonly targetMean: number;
}

/** Under this share of entries that are not 0, rows of few ones are cheaper than the SIMD kernel over their whole width. */
const SPARSE_SHARE = 0.15;
/** Below this many products threads cost more than they save. */
const FEW_PRODUCTS = 20e6;

export interface Turns {
  readonly threads: number;
  readonly breathe: () => Promise<void>;
}

function shareOfNonZero({ data, rows, cols }: Dataset['x']): number {
  let nonZero = 0;
  for (let i = 0; i < rows * cols; i++) if (data[i] !== 0) nonZero++;
  return nonZero / (rows * cols);
}

/**
 * One pass over the data in double precision. Without `centred` the means are 0: sums about the origin. Throws OPTION_UNSUPPORTED
 * with the memory needed when the sums do not fit.
 */
export async function normalEquations(train: Dataset, centred: boolean, turns: Turns): Promise<NormalEquations> {
  const { x, y, weight } = train;
  const means = centred ? columnMeans(x, weight) : new Float64Array(x.cols);
  const targetMean = centred ? weightedMean(y, weight) : 0;
  if (shareOfNonZero(x) < SPARSE_SHARE) return sparseNormalEquations(train, means, targetMean, turns.breathe);
  const threads = (x.rows * x.cols * x.cols) / 2 < FEW_PRODUCTS ? 1 : turns.threads;
  const engine = await GramEngine.create({ features: x.cols, threads }).catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      `Too many features for least squares: ${error.message}. Use fewer columns.`,
    );
  });
  try {
    engine.shifts.set(means);
    await addRows(engine, train, targetMean, turns.breathe);
    return { ...fullMatrix(engine, x.cols), means, targetMean };
  } finally {
    await engine.close();
  }
}

async function addRows(engine: GramEngine, { x, y, weight }: Dataset, targetMean: number, breathe: Turns['breathe']) {
  const { data, cols, rows } = x;
  for (let first = 0; first < rows; first += engine.stagedRows) {
    const count = Math.min(engine.stagedRows, rows - first);
    for (let r = 0; r < count; r++) {
      const row = first + r;
      engine.x.set(data.subarray(row * cols, (row + 1) * cols), r * engine.stride);
      engine.factors[r] = weight === undefined ? 1 : Math.sqrt(weight[row]!);
      engine.targets[r] = y[row]! - targetMean;
    }
    engine.add(count);
    await breathe();
  }
}

function fullMatrix({ gram: tiles, stride }: GramEngine, cols: number): Pick<NormalEquations, 'gram' | 'moment'> {
  const gram = new Float64Array(cols * cols);
  for (let a = 0; a < cols; a++) {
    for (let b = 0; b <= a; b++) {
      gram[a * cols + b] = tiles[a * stride + b]!;
      gram[b * cols + a] = tiles[a * stride + b]!;
    }
  }
  return { gram, moment: tiles.slice(cols * stride, cols * stride + cols) };
}
