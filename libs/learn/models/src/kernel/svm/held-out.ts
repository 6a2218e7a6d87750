import type { KernelRowsEngine } from '@trainyard/kernels';
import type { PairSolution } from './support-vectors.js';

const BATCH = 64;

/** Decisions for rows of the training matrix that the machine was not fitted on. */
export async function decideRows(
  engine: KernelRowsEngine,
  { rows, coefficients, intercept }: PairSolution,
  heldOut: Int32Array,
  between: () => Promise<void>,
): Promise<Float64Array> {
  if (!engine.holdsAll) engine.activate(heldOut);
  engine.sums.fill(0);
  const support = Int32Array.from(rows.keys()).filter((i) => coefficients[i] !== 0);
  for (let first = 0; first < support.length; first += BATCH) {
    const batch = support.subarray(first, first + BATCH);
    const vectors = Int32Array.from(batch, (i) => rows[i]!);
    await engine.load(vectors, between);
    engine.addRows(
      vectors,
      Float64Array.from(batch, (i) => coefficients[i]!),
    );
  }
  return Float64Array.from(heldOut, (row, i) => engine.sums[engine.holdsAll ? row : i]! + intercept);
}
