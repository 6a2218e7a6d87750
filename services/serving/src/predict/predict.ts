import { setImmediate } from 'node:timers/promises';
import type { Instance } from '@trainyard/features';
import type { Prediction, PredictOptions } from '@trainyard/workflow';
import type { ServedPredictor } from '../loaded/predictor.js';

/** Rows scored before other requests get their turn. */
export const CHUNK_ROWS = 500;

/** Scores a long list in chunks, so that it does not hold up other requests. @throws LearnError naming field and row */
export async function predictInChunks(
  predictor: ServedPredictor,
  instances: readonly Instance[],
  options: PredictOptions = {},
): Promise<Prediction[]> {
  const predictions: Prediction[] = [];
  for (let from = 0; from < instances.length; from += CHUNK_ROWS) {
    if (from > 0) await setImmediate();
    try {
      for (const prediction of predictor.predictInstances(instances.slice(from, from + CHUNK_ROWS), options))
        predictions.push(prediction);
    } catch (error) {
      const row = (error as { where?: { row?: number } }).where?.row;
      // Scored again from the first row, so that the error tells the row's place in the whole list.
      if (from > 0 && row !== undefined) predictor.predictInstances(instances.slice(0, from + row + 1));
      throw error;
    }
  }
  return predictions;
}
