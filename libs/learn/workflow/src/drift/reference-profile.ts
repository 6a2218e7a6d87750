import { createRandom } from '@trainyard/data';
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
  /** Of the predictions for the held-out rows; absent where those are too few. */
  readonly prediction?: PredictionReference;
}

/** What is counted of a prediction. */
export interface PredictionReference {
  /**
   * `probability`: that of `class`, which for two classes tells more than which one is more likely. `score`: how odd a row is.
   * `outputs`: each of several values. `value`: the class, the number or the cluster.
   */
  readonly of: 'value' | 'probability' | 'score' | 'outputs';
  readonly class?: string;
  /** One; of several values one each in their order, at most 20. */
  readonly references: readonly DriftReference[];
}

/** Sorting more rows for each feature would cost time and change nothing. */
const MOST_ROWS = 10_000;
const MOST_FEATURES = 500;
const MOST_OUTPUTS = 20;

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
  const prediction = predictionReference(holdout);
  return { rows: used.length, features: counted, ...(prediction ? { prediction } : {}) };
}

/** Rows spread evenly over all of them, one at random from each stretch. */
function sampleOf(rows: Uint32Array, seed: number): Uint32Array {
  if (rows.length <= MOST_ROWS) return rows;
  const random = createRandom(seed);
  const stretch = rows.length / MOST_ROWS;
  return Uint32Array.from({ length: MOST_ROWS }, (_, i) => rows[Math.floor((i + random.next()) * stretch)]!);
}

const NAME = 'prediction';

function predictionReference(holdout: Holdout): PredictionReference | undefined {
  const { classes, probabilities, outputs, scores, values } = holdout;
  const n = values.length;
  if (outputs) return outputsReference(values, outputs);
  if (scores) return of('score', numberReference(NAME, scores));
  if (classes?.length !== 2 || probabilities?.length !== 2 * n) return of('value', valueReference(holdout));
  const second = Float64Array.from({ length: n }, (_, i) => probabilities[2 * i + 1]!);
  const counted = of('probability', numberReference(NAME, second));
  return counted && { ...counted, class: classes[1]! };
}

/** @param values row-major `n x outputs` */
function outputsReference(values: Float64Array, outputs: readonly string[]): PredictionReference | undefined {
  const rows = values.length / outputs.length;
  const references: DriftReference[] = [];
  for (const [j, name] of outputs.slice(0, MOST_OUTPUTS).entries()) {
    const column = Float64Array.from({ length: rows }, (_, i) => values[i * outputs.length + j]!);
    const reference = numberReference(name, column);
    if (reference) references.push(reference);
  }
  return references.length > 0 ? { of: 'outputs', references } : undefined;
}

function valueReference({ task, values, classes }: Holdout): DriftReference | undefined {
  const n = values.length;
  if (classes) return categoryReference(NAME, classes, (i) => values[i]!, n);
  if (task !== 'clustering') return numberReference(NAME, values);
  const clusters = [...new Set(values)].sort((a, b) => a - b);
  const codes = new Map(clusters.map((cluster, code) => [cluster, code]));
  return categoryReference(NAME, clusters.map(String), (i) => codes.get(values[i]!)!, n);
}

function of(what: PredictionReference['of'], reference: DriftReference | undefined): PredictionReference | undefined {
  return reference && { of: what, references: [reference] };
}
