import { allRows, type Dataset, kFold, type Split, stratifiedKFold } from '@trainyard/data';
import type { EnsembleRun } from './ensemble-run.js';
import type { MemberSpec } from './members.js';
import { combinedWidth } from './stack-predictions.js';

/** Folds with the same shares of classes, shuffled by the seed; or consecutive blocks, for rows that are in time order. */
export function foldsOf({ y, task }: Dataset, folds: number, shuffle: boolean, seed: number): Split[] {
  const rows = allRows(y.length);
  if (task === 'regression' || !shuffle) return [...kFold(rows, { folds, seed, shuffle })];
  return [...stratifiedKFold(rows, y, { folds, seed })];
}

/** What each member says of each row when it was not fitted on that row: `n x width` a member. */
export async function outOfFold(
  run: EnsembleRun,
  specs: readonly MemberSpec[],
  folds: readonly Split[],
): Promise<Float64Array[]> {
  const width = combinedWidth(run.train);
  const all: Float64Array[] = [];
  for (const spec of specs) {
    const said = new Float64Array(run.train.y.length * width);
    for (const fold of folds) {
      const predicted = await run.heldOut(spec, fold);
      for (const [i, row] of fold.test.entries()) said.set(predicted.subarray(i * width, (i + 1) * width), row * width);
    }
    all.push(said);
  }
  return all;
}
