import type { SeveralValues, TablePredictions } from './predictor.js';

/** A column of predictions: its name, and what stands in each row. */
export interface ValueColumn {
  readonly name: string;
  readonly at: (row: number) => unknown;
}

/**
 * The columns that predictions make in a file, without probabilities: `prediction`, or `prediction_<target or step>` of several
 * values; `score` of anomaly detection; `lower` and `upper`, of several values `lower_<...>`, where intervals were asked for.
 */
export function valueColumns({ predictions, outputs, scores, lower, upper }: TablePredictions): ValueColumn[] {
  const several = (row: number) => predictions[row] as SeveralValues;
  const values = outputs
    ? outputs.map((name, j) => ({ name: `prediction_${name}`, at: (row: number) => namedValue(several(row), name, j) }))
    : [{ name: 'prediction', at: (row: number) => predictions[row] }];
  const ends = Object.entries({ lower, upper }).flatMap(([end, all]) => {
    if (all === undefined) return [];
    const width = outputs?.length ?? 1;
    const names = outputs?.map((name) => `${end}_${name}`) ?? [end];
    return names.map((name, j) => ({ name, at: (row: number) => all[row * width + j] }));
  });
  return [...values, ...(scores ? [{ name: 'score', at: (row: number) => scores[row] }] : []), ...ends];
}

/** Value `j` of several, whose name it is: not the j-th of an object, since names that are whole numbers come first there. */
export function namedValue(values: SeveralValues, name: string, j: number): number {
  return Array.isArray(values) ? values[j] : (values as Readonly<Record<string, number>>)[name]!;
}
