import assert from 'node:assert/strict';
import { type Dataset, LearnError, predictsValues } from '@trainyard/data';
import { createModel } from '../definition.js';
import type { FitOptions, Model, ModelDefinition, Predictions } from '../model.js';

/** The model that the suite runs on. */
export interface Subject {
  readonly definition: ModelDefinition;
  readonly params: Readonly<Record<string, unknown>>;
  readonly learns: boolean;
  readonly stopsEarly: boolean;
  readonly takesWeights: boolean;
}

export async function fitted(
  { definition, params }: Subject,
  data: Dataset,
  options: Partial<FitOptions> = {},
): Promise<Model> {
  const model = createModel(definition, params, data.task);
  await model.fit(data, { seed: 7, ...options });
  return model;
}

export const hasCode = (code: string) => (error: unknown) => error instanceof LearnError && error.code === code;

export function assertWellFormed(
  predictions: Predictions,
  data: Pick<Dataset, 'x' | 'task' | 'classes' | 'outputs'>,
): void {
  const { values, probabilities } = predictions;
  assert.equal(values.length, data.x.rows * (data.outputs?.length ?? 1));
  assert.ok(values.every(Number.isFinite), 'all predictions are finite');
  if (data.task === 'anomaly') {
    assert.ok(values.every((value) => value === 0 || value === 1) && predictions.scores!.every(Number.isFinite));
    return;
  }
  if (predictsValues(data.task)) {
    assert.equal(probabilities, undefined);
    return;
  }
  if (data.task === 'clustering') {
    assert.ok(
      values.every((value) => Number.isInteger(value) && value >= -1),
      'cluster numbers, or -1 for noise',
    );
    if (probabilities === undefined) return;
  }
  const k = data.task === 'clustering' ? predictions.classes! : data.classes!.length;
  assert.equal(predictions.classes, k);
  assert.equal(probabilities!.length, data.x.rows * k);
  for (let i = 0; i < data.x.rows; i++) {
    const row = probabilities!.subarray(i * k, (i + 1) * k);
    assert.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-9, `probabilities of row ${i} sum to 1`);
    assert.ok(
      row.every((p) => p >= 0 && p <= 1),
      `probabilities of row ${i} lie in 0..1`,
    );
    assert.ok(row[values[i]!]! >= Math.max(...row) - 1e-12, `row ${i} predicts the most probable class`);
  }
}

export function assertSame(a: Predictions, b: Predictions): void {
  assert.deepEqual(a.values, b.values);
  assert.deepEqual(a.probabilities, b.probabilities);
  assert.deepEqual(a.scores, b.scores);
}
