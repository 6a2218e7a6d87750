import type { Dataset } from '@trainyard/data';
import type { SvmParams } from './parameters.js';

/** The rows that take part (those with a C above 0) and what each may cost. */
export interface TrainingRows {
  /** C of each row of the matrix. */
  readonly bounds: Float64Array;
  /** Class of each row, counted among those present; -1 for rows left out. */
  readonly classOf: Int32Array;
  /** The present classes, as indices into the dataset's. One entry for regression. */
  readonly present: Int32Array;
}

/** C times sample weight times class weight, as libsvm and scikit-learn weigh rows. */
export function trainingRows({ task, x, y, weight, classes }: Dataset, params: SvmParams): TrainingRows {
  const bounds = new Float64Array(x.rows);
  const k = task === 'regression' ? 1 : classes!.length;
  const labelOf = (row: number) => (task === 'regression' ? 0 : y[row]!);
  const counts = new Float64Array(k);
  for (let row = 0; row < x.rows; row++) counts[labelOf(row)]!++;
  const used = new Uint8Array(k);
  for (let row = 0; row < x.rows; row++) {
    const label = labelOf(row);
    const balance = params.class_weight === 'balanced' ? x.rows / (k * counts[label]!) : 1;
    bounds[row] = params.C * (weight?.[row] ?? 1) * balance;
    if (bounds[row]! > 0) used[label] = 1;
  }
  const present = Int32Array.from(used.keys()).filter((c) => used[c] === 1);
  const rank = new Int32Array(k).fill(-1);
  present.forEach((c, i) => {
    rank[c] = i;
  });
  const classOf = Int32Array.from(bounds, (bound, row) => (bound > 0 ? rank[labelOf(row)]! : -1));
  return { bounds, classOf, present };
}

/** The rows of one class or of two, ascending. */
export function rowsOfClasses(classOf: Int32Array, a: number, b: number): Int32Array {
  return Int32Array.from(classOf.keys()).filter((row) => classOf[row] === a || classOf[row] === b);
}
