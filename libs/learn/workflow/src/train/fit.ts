import type { Dataset, Matrix, Split } from '@trainyard/data';
import { fitPipeline, type Pipeline } from '@trainyard/features';
import {
  type FitOptions,
  type Model,
  type Predictions,
  resolveParameters,
  type TrainingMetrics,
} from '@trainyard/models';
import { type Evaluation, evaluate, evaluateClusters } from '@trainyard/validation';
import type { TrainPlan } from './plan.js';
import { at, type PreparedData } from './prepare.js';

/** A pipeline and a model fitted to the same rows. */
export interface Fitted {
  readonly pipeline: Pipeline;
  readonly model: Model;
  readonly training: TrainingMetrics;
}

/** The features of samples: rows of the table, or the windows that end with them. */
export function featuresOf({ table, windows }: PreparedData, pipeline: Pipeline, rows: Uint32Array): Matrix {
  if (windows === undefined) return pipeline.transform(table, rows);
  const { order, length } = windows;
  const ends = Int32Array.from(rows, (row) => order.ends[row]!);
  const first = ends.reduce((least, end) => Math.min(least, end), order.order.length) - length + 1;
  const last = ends.reduce((most, end) => Math.max(most, end), 0);
  // Only the stretch of the table that these windows lie in is transformed.
  const x = pipeline.transform(table, order.order.subarray(Math.max(first, 0), last + 1));
  return { ...x, rows: rows.length, windows: { length, ends: ends.map((end) => end - first) } };
}

/** The samples as a model sees them. */
export function datasetOf(data: PreparedData, pipeline: Pipeline, rows: Uint32Array): Dataset {
  return {
    task: data.task,
    x: featuresOf(data, pipeline, rows),
    y: data.task === 'clustering' ? new Float64Array(0) : at(data.y, rows),
    ...(data.classes ? { classes: data.classes } : {}),
    ...(data.weight ? { weight: at(data.weight, rows) } : {}),
  };
}

/** Fits the pipeline on the training rows alone, then the model, watching the validation rows when there are any. */
export async function fitOn(
  data: PreparedData,
  plan: TrainPlan,
  rows: Split,
  options: Omit<FitOptions, 'seed' | 'validation' | 'earlyStopping'>,
): Promise<Fitted> {
  const pipeline = fitPipeline(data.table, rows.train, { features: data.features, preprocessing: plan.preprocessing });
  const train = datasetOf(data, pipeline, rows.train);
  const validation = rows.test.length > 0 ? datasetOf(data, pipeline, rows.test) : undefined;
  const model = plan.definition.create(resolveParameters(plan.definition, plan.params), data.task);
  const training = await model.fit(train, {
    ...options,
    seed: plan.seed,
    ...(validation ? { validation } : {}),
    ...(plan.earlyStopping && validation ? { earlyStopping: plan.earlyStopping } : {}),
  });
  return { pipeline, model, training };
}

/** Rows scored at a time: bounds the memory of the feature matrix. */
const BLOCK = 65_536;

/** Predictions for the given rows of the table, in their order. */
export function predictRows(
  data: PreparedData,
  { pipeline, model }: Pick<Fitted, 'pipeline' | 'model'>,
  rows: Uint32Array,
): Predictions {
  const values = new Float64Array(rows.length);
  let probabilities: Float64Array | undefined;
  let k: number | undefined;
  for (let begin = 0; begin < rows.length; begin += BLOCK) {
    const block = model.predict(featuresOf(data, pipeline, rows.subarray(begin, begin + BLOCK)));
    values.set(block.values, begin);
    if (block.probabilities === undefined) continue;
    k = block.classes!;
    probabilities ??= new Float64Array(rows.length * k);
    probabilities.set(block.probabilities, begin * k);
  }
  return { values, ...(probabilities ? { probabilities, classes: k! } : {}) };
}

/** The metrics of a fit on the given rows. */
export function scoreRows(
  data: PreparedData,
  fitted: Pick<Fitted, 'pipeline' | 'model'>,
  rows: Uint32Array,
): Evaluation {
  const predictions = predictRows(data, fitted, rows);
  const y = at(data.y, rows);
  if (data.task !== 'clustering') {
    return evaluate(data.task, y, predictions, data.classes, data.weight && at(data.weight, rows));
  }
  const x = fitted.pipeline.transform(data.table, rows);
  const truth = data.target === undefined ? {} : { truth: y };
  return evaluateClusters({ x, values: predictions.values, ...truth });
}
