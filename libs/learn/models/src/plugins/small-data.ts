import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import { checkDataset, checkFiniteMatrix } from '../check-input.js';
import type { FitOptions } from '../model.js';
import { takeDatasetRows } from '../take-rows.js';

/**
 * Data as a library of plain arrays takes them. These libraries know no weights: rows of weight 0 are left out, and all other weights
 * must be equal. Throws TOO_MANY_ROWS above `limit` rows, OPTION_UNSUPPORTED for what the library cannot do.
 */
export function smallData(data: Dataset, options: FitOptions, model: string, limit: number, instead: string): Dataset {
  for (const field of ['initial', 'objective'] as const) {
    if (options[field] === undefined) continue;
    throw new LearnError('OPTION_UNSUPPORTED', `Model "${model}" cannot take the fit option "${field}".`, { field });
  }
  checkDataset(data);
  checkFiniteMatrix(data.x);
  const kept = withoutWeights(data, model);
  if (kept.x.rows <= limit) return kept;
  throw new LearnError(
    'TOO_MANY_ROWS',
    `Model "${model}" takes up to ${limit} rows, and there are ${kept.x.rows}: its time or memory grows with their square. Use "${instead}" for more.`,
  );
}

function withoutWeights(data: Dataset, model: string): Dataset {
  const { weight, ...plain } = data;
  if (weight === undefined) return data;
  const rows = Array.from(weight, (_, i) => i).filter((i) => weight[i]! > 0);
  const odd = rows.find((i) => weight[i] !== weight[rows[0]!]);
  if (odd === undefined) return takeDatasetRows(plain, rows);
  const words = `Model "${model}" knows no sample weights, and row ${odd + 1} weighs ${weight[odd]}: leave the weights out.`;
  throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'dataset.weight', row: odd + 1 });
}

/** The rows as arrays of numbers. */
export function rowArrays({ data, rows, cols }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * cols, (i + 1) * cols)));
}
