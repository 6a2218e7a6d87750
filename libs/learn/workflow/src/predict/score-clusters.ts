import { allRows, columnOf, encodeTarget, type Table } from '@trainyard/data';
import { evaluateClusters } from '@trainyard/validation';
import type { Holdout } from '../train/holdout.js';
import type { Bundle } from './bundle.js';

/**
 * The clusters of a table's rows by a fitted clustering, with their metrics: an evaluation on data it was not fitted on. `target`
 * names a column to compare the clusters with. Throws COLUMN_NOT_FOUND, FEATURE_INVALID, TOO_FEW_ROWS.
 */
export function scoreClusters({ pipeline, model, modelName }: Bundle, table: Table, target?: string | null): Holdout {
  const x = pipeline.transform(table, allRows(table.rows));
  const { values } = model.predict(x);
  const truth = target == null ? undefined : encodeTarget(columnOf(table, target), 'multiclass').y;
  return {
    task: 'clustering',
    model: modelName,
    ...(target == null ? {} : { target }),
    yTrue: truth ?? new Float64Array(table.rows).fill(Number.NaN),
    values,
    clusters: evaluateClusters({ x, values, ...(truth ? { truth } : {}) }),
  };
}
