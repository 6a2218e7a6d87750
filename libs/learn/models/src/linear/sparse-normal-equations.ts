import type { Dataset } from '@trainyard/data';
import type { NormalEquations } from './normal-equations.js';

/** Columns that are mostly zero keep their zeros, so that a one-hot row costs its few ones, not its width. */
const SPARSE_SHARE = 0.5;

/** Shift of each column while summing: its mean where the column is dense (no cancellation), 0 where it is sparse. */
function summingShifts({ x }: Dataset, means: Float64Array): Float64Array {
  const { data, cols, rows } = x;
  const nonZero = new Uint32Array(cols);
  for (let i = 0, begin = 0; i < rows; i++, begin += cols) {
    for (let j = 0; j < cols; j++) if (data[begin + j] !== 0) nonZero[j]!++;
  }
  return means.map((mean, j) => (nonZero[j]! > SPARSE_SHARE * rows ? mean : 0));
}

/** Rows between looks at the event loop. */
const ROWS_A_TURN = 1024;

/** The normal equations about the given means, at a cost of rows x (entries of a row that are not 0)^2. */
export async function sparseNormalEquations(
  train: Dataset,
  means: Float64Array,
  targetMean: number,
  breathe: () => Promise<void>,
): Promise<NormalEquations> {
  const { x, y, weight } = train;
  const { data, cols, rows } = x;
  const shifts = summingShifts(train, means);
  const gram = new Float64Array(cols * cols);
  const moment = new Float64Array(cols);
  const sums = new Float64Array(cols);
  const places = new Uint32Array(cols);
  const row = new Float64Array(cols);
  let total = 0;
  for (let i = 0, begin = 0; i < rows; i++, begin += cols) {
    const w = weight === undefined ? 1 : weight[i]!;
    if (i % ROWS_A_TURN === 0) await breathe();
    const residual = y[i]! - targetMean;
    total += w;
    let count = 0;
    for (let j = 0; j < cols; j++) {
      const value = data[begin + j]! - shifts[j]!;
      if (value === 0) continue;
      places[count] = j;
      row[count++] = value;
    }
    for (let a = 0; a < count; a++) {
      const scaled = w * row[a]!;
      const place = places[a]! * cols;
      sums[places[a]!]! += scaled;
      moment[places[a]!]! += scaled * residual;
      for (let b = 0; b <= a; b++) gram[place + places[b]!]! += scaled * row[b]!;
    }
  }
  centre(gram, sums, means, shifts, total);
  return { gram, moment, means, targetMean };
}

/** Moves sums about the shifts to sums about the means, and fills the upper half of the symmetric matrix. */
function centre(
  gram: Float64Array,
  sums: Float64Array,
  means: Float64Array,
  shifts: Float64Array,
  total: number,
): void {
  const cols = sums.length;
  for (let a = 0; a < cols; a++) {
    const left = means[a]! - shifts[a]!;
    for (let b = 0; b <= a; b++) {
      const right = means[b]! - shifts[b]!;
      gram[a * cols + b]! += total * left * right - left * sums[b]! - right * sums[a]!;
      gram[b * cols + a] = gram[a * cols + b]!;
    }
  }
}
