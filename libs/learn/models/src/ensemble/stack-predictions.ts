import type { Dataset, Matrix } from '@trainyard/data';
import type { Predictions } from '../model.js';

/** Numbers a member says of each row: a probability for each class, or a value. */
export const combinedWidth = ({ task, classes }: Pick<Dataset, 'task' | 'classes'>): number =>
  task === 'regression' ? 1 : classes!.length;

/** Class probabilities or values, row-major `n x width`. */
export const stackPredictions = ({ values, probabilities }: Predictions): Float64Array => probabilities ?? values;

/**
 * Meta features: what all members say of each row, one member after the other; of two classes the second one's probability
 * says all. With `original`, that matrix's columns follow. `said[m]` is row-major `n x width`.
 */
export function metaFeatures(
  said: readonly Float64Array[],
  names: readonly string[],
  rows: number,
  original?: Matrix,
): Matrix {
  const width = rows === 0 ? 1 : said[0]!.length / rows;
  const first = width === 2 ? 1 : 0;
  const each = width - first;
  const own = said.length * each;
  const cols = own + (original?.cols ?? 0);
  const data = new Float32Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    let at = i * cols;
    for (const predictions of said) {
      for (let c = first; c < width; c++) data[at++] = predictions[i * width + c]!;
    }
    if (original) data.set(original.data.subarray(i * original.cols, (i + 1) * original.cols), at);
  }
  const metaNames = names.flatMap((name) => Array.from({ length: each }, (_, c) => `${name}[${c + first}]`));
  const categorical = [
    ...metaNames.map(() => false),
    ...(original?.names ?? []).map((_, j) => isCategory(original!, j)),
  ];
  return { rows, cols, data, names: [...metaNames, ...(original?.names ?? [])], categorical };
}

const isCategory = ({ categorical }: Matrix, column: number): boolean => categorical?.[column] ?? false;
