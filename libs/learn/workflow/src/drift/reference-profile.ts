import { createRandom, isUnsupervised } from '@trainyard/data';
import type { Pipeline } from '@trainyard/features';
import { categoryReference, type DriftReference, numberReference, referenceOf } from '@trainyard/validation';
import type { Holdout } from '../train/holdout.js';
import type { PreparedData } from '../train/prepare.js';

/**
 * What a model's input and output looked like when it was trained, to be compared with what it is asked later: counts by bin,
 * at most 12 for each of at most 500 features. Kept in the bundle's header.
 */
export interface ReferenceProfile {
  /** Rows that the features were counted in. */
  readonly rows: number;
  /** Of the training rows. Dates are not among them: they move on by themselves. */
  readonly features: readonly DriftReference[];
  /** Of the predictions for the held-out rows. */
  readonly prediction?: DriftReference;
  /** Set when `prediction` is of this class's probability: for two classes it tells more than which one is more likely. */
  readonly predictionClass?: string;
}

/** Sorting more rows for each feature would cost time and change nothing. */
const MOST_ROWS = 10_000;
const MOST_FEATURES = 500;

/** @param rows the training rows; where samples are windows, their last rows */
export function referenceProfile(
  { table }: Pick<PreparedData, 'table'>,
  pipeline: Pipeline,
  rows: Uint32Array,
  holdout: Holdout,
  seed: number,
): ReferenceProfile {
  const used = sampleOf(rows, seed);
  const described = new Set(pipeline.describeInputs().map(({ name }) => name));
  const columns = table.columns.filter(({ name }) => described.has(name));
  const counted: DriftReference[] = [];
  for (const column of columns) {
    const reference = counted.length < MOST_FEATURES ? referenceOf(column, used) : undefined;
    if (reference) counted.push(reference);
  }
  return { rows: used.length, features: counted, ...predictionReference(holdout) };
}

/** Rows spread evenly over all of them, one at random from each stretch. */
function sampleOf(rows: Uint32Array, seed: number): Uint32Array {
  if (rows.length <= MOST_ROWS) return rows;
  const random = createRandom(seed);
  const stretch = rows.length / MOST_ROWS;
  return Uint32Array.from({ length: MOST_ROWS }, (_, i) => rows[Math.floor((i + random.next()) * stretch)]!);
}

const NAME = 'prediction';

function predictionReference({
  task,
  values,
  classes,
  outputs,
  probabilities,
}: Holdout): Pick<ReferenceProfile, 'prediction' | 'predictionClass'> {
  // Several values a row have no one distribution.
  if (outputs) return {};
  const n = values.length;
  if (classes?.length === 2 && probabilities?.length === 2 * n) {
    const last = Float64Array.from({ length: n }, (_, i) => probabilities[2 * i + 1]!);
    return withPrediction(numberReference(NAME, last), classes[1]!);
  }
  if (classes) return withPrediction(categoryReference(NAME, classes, (i) => values[i]!, n));
  if (!isUnsupervised(task)) return withPrediction(numberReference(NAME, values));
  const clusters = [...new Set(values)].sort((a, b) => a - b);
  const codes = new Map(clusters.map((cluster, code) => [cluster, code]));
  return withPrediction(categoryReference(NAME, clusters.map(String), (i) => codes.get(values[i]!)!, n));
}

function withPrediction(prediction: DriftReference | undefined, predictionClass?: string) {
  if (!prediction) return {};
  return { prediction, ...(predictionClass === undefined ? {} : { predictionClass }) };
}
