import assert from 'node:assert/strict';
import { createRandom, type Dataset, type Task } from '@trainyard/data';
import { createModel } from '../definition.js';
import type { FitOptions, Model, ModelDefinition, Predictions } from '../model.js';
import { lightgbm } from './lightgbm/lightgbm.js';
import { threading } from './threading.js';

// So that what is asked to run on several threads does, on little data too.
Object.assign(threading, { fewValues: 0, fewObliviousValues: 0 });

/** A dataset whose rows `row(i)` makes: feature values and, last, the target. */
export function datasetOf(
  task: Task,
  rows: number,
  row: (i: number, random: () => number) => number[],
  extra: Partial<Dataset> & { readonly categorical?: readonly boolean[] } = {},
): Dataset {
  const random = createRandom(11);
  const all = Array.from({ length: rows }, (_, i) => row(i, random.next));
  const cols = all[0]!.length - 1;
  const { categorical, ...rest } = extra;
  return {
    task,
    x: {
      rows,
      cols,
      data: Float32Array.from(all.flatMap((values) => values.slice(0, cols))),
      names: Array.from({ length: cols }, (_, j) => `x${j}`),
      ...(categorical ? { categorical } : {}),
    },
    y: Float64Array.from(all, (values) => values[cols]!),
    ...(task === 'regression' ? {} : { classes: task === 'binary' ? ['no', 'yes'] : ['a', 'b', 'c'] }),
    ...rest,
  };
}

/** Numbers, missing values and categories together, with a signal in each. */
export function mixedData(task: Task, rows: number, cols = 12): Dataset {
  const signal = (values: readonly number[]): number =>
    values[0]! * values[1]! + (Number.isNaN(values[2]!) ? 0.8 : values[2]!) + ((values[3]! * 7) % 5) / 2 - 1.5;
  return datasetOf(
    task,
    rows,
    (_, random) => {
      const values = Array.from({ length: cols }, () => random() * 2 - 1);
      if (random() < 0.2) values[2] = Number.NaN;
      values[3] = Math.floor(random() * random() * 40);
      const s = signal(values) + (random() - 0.5) * 0.3;
      const y = task === 'regression' ? s : task === 'binary' ? (s > 0 ? 1 : 0) : s > 0.5 ? 2 : s > -0.5 ? 1 : 0;
      return [...values, y];
    },
    { categorical: Array.from({ length: cols }, (_, j) => j === 3) },
  );
}

/**
 * Throws unless a score of each row's prediction never falls where column 0 of three grows, and never rises where column 1 does;
 * looked at from 20 rows on, over 100 values of the column.
 */
export function assertMonotone(
  model: Model,
  { x }: Dataset,
  score: (predictions: Predictions, row: number) => number,
): void {
  for (const [column, sign] of [
    [0, 1],
    [1, -1],
  ] as const) {
    for (let row = 0; row < 20; row++) {
      const start = x.data.slice(row * 3, row * 3 + 3);
      const data = Float32Array.from({ length: 300 }, (_, i) =>
        i % 3 === column ? Math.floor(i / 3) / 99 : start[i % 3]!,
      );
      const predictions = model.predict({ ...x, rows: 100, data });
      for (let i = 1; i < 100; i++) {
        assert.ok(sign * (score(predictions, i) - score(predictions, i - 1)) >= -1e-9);
      }
    }
  }
}

export async function fitLightGBM(
  data: Dataset,
  params: Record<string, unknown> = {},
  options: Partial<FitOptions> = {},
): Promise<Model> {
  return fitBoosted(lightgbm, data, params, options);
}

export async function fitBoosted(
  definition: ModelDefinition,
  data: Dataset,
  params: Record<string, unknown> = {},
  options: Partial<FitOptions> = {},
): Promise<Model> {
  const model = createModel(definition, params, data.task);
  await model.fit(data, { seed: 7, ...options });
  return model;
}

/** Share of rows whose predicted class is right, or the mean squared error. */
export function errorOf(model: Model, data: Dataset): number {
  const { values } = model.predict(data.x);
  const of = (value: number, i: number): number =>
    data.task === 'regression' ? (value - data.y[i]!) ** 2 : value === data.y[i] ? 0 : 1;
  return values.reduce((sum, value, i) => sum + of(value, i), 0) / values.length;
}
