import { columnOf, type Table } from '@trainyard/data';
import { anomalyTruth } from '../train/anomaly-truth.js';
import type { Holdout } from '../train/holdout.js';
import type { Predictor } from './predictor.js';

/**
 * The anomalies among a table's rows, for an evaluation on data the model was not fitted on. `target` names a column of known ones to
 * compare with. Throws COLUMN_NOT_FOUND, FEATURE_INVALID.
 */
export function scoreAnomalies(predictor: Predictor, table: Table, target?: string | null): Holdout {
  const { predictions, scores } = predictor.predictTable(table);
  const truth = target == null ? undefined : anomalyTruth(columnOf(table, target));
  return {
    task: 'anomaly',
    model: predictor.bundle.modelName,
    ...(target == null ? {} : { target }),
    yTrue: truth ?? new Float64Array(table.rows).fill(Number.NaN),
    values: Float64Array.from(predictions as readonly number[]),
    ...(scores ? { scores } : {}),
  };
}
