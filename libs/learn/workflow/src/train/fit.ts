import { type Dataset, isUnsupervised, type Matrix, type Split } from '@trainyard/data';
import { fitPipeline, type Pipeline } from '@trainyard/features';
import {
  type FitOptions,
  type Model,
  type Predictions,
  resolveParameters,
  type TrainingMetrics,
  takeOutputs,
} from '@trainyard/models';
import { type Evaluation, evaluate, evaluateAnomalies, evaluateClusters } from '@trainyard/validation';
import type { TrainPlan } from './plan.js';
import type { PreparedData } from './prepare.js';

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
  const earliest = ends.reduce((least, end) => Math.min(least, end), order.order.length);
  const first = Math.max(0, earliest - length + 1);
  const last = ends.reduce((most, end) => Math.max(most, end), 0);
  // Only the stretch of the table that these windows lie in is transformed.
  const x = pipeline.transform(table, order.order.subarray(first, last + 1));
  const lengths = order.lengths && Int32Array.from(rows, (row) => order.lengths![row]!);
  const inside = { length, ends: ends.map((end) => end - first), ...(lengths ? { lengths } : {}) };
  return { ...x, rows: rows.length, windows: inside };
}

/** The targets of samples: row-major where each has several. */
export function targetsAt({ y, outputs }: PreparedData, rows: Uint32Array): Float64Array {
  return takeOutputs(y, rows, outputs?.length ?? 1);
}

/** The samples as a model sees them. */
export function datasetOf(data: PreparedData, pipeline: Pipeline, rows: Uint32Array): Dataset {
  return {
    task: data.task,
    x: featuresOf(data, pipeline, rows),
    y: isUnsupervised(data.task) ? new Float64Array(0) : targetsAt(data, rows),
    ...(data.classes ? { classes: data.classes } : {}),
    ...(data.outputs ? { outputs: data.outputs } : {}),
    ...(data.weight ? { weight: takeOutputs(data.weight, rows, 1) } : {}),
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
  const width = data.outputs?.length ?? 1;
  const values = new Float64Array(rows.length * width);
  let scores: Float64Array | undefined;
  let probabilities: Float64Array | undefined;
  let k: number | undefined;
  for (let begin = 0; begin < rows.length; begin += BLOCK) {
    const block = model.predict(featuresOf(data, pipeline, rows.subarray(begin, begin + BLOCK)));
    values.set(block.values, begin * width);
    if (block.scores) {
      scores ??= new Float64Array(rows.length);
      scores.set(block.scores, begin);
    }
    if (block.probabilities === undefined) continue;
    k = block.classes!;
    probabilities ??= new Float64Array(rows.length * k);
    probabilities.set(block.probabilities, begin * k);
  }
  return {
    values,
    ...(width > 1 ? { outputs: width } : {}),
    ...(scores ? { scores } : {}),
    ...(probabilities ? { probabilities, classes: k! } : {}),
  };
}

/** The metrics of a fit on the given rows. */
export function scoreRows(
  data: PreparedData,
  fitted: Pick<Fitted, 'pipeline' | 'model'>,
  rows: Uint32Array,
): Evaluation {
  const predictions = predictRows(data, fitted, rows);
  const y = targetsAt(data, rows);
  const { task, classes, weight, outputs } = data;
  if (task === 'anomaly') return evaluateAnomalies(predictions, y);
  if (task !== 'clustering') {
    return evaluate(task, y, predictions, classes, weight && takeOutputs(weight, rows, 1), outputs);
  }
  const x = fitted.pipeline.transform(data.table, rows);
  const truth = data.target === undefined ? {} : { truth: y };
  return evaluateClusters({ x, values: predictions.values, ...truth });
}
