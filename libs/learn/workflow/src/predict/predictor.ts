import { LearnError, type Matrix, type Table, type Task } from '@trainyard/data';
import type { InputDescription, Instance } from '@trainyard/features';
import { DriftMonitor } from '../drift/drift-monitor.js';
import { type Bundle, decodeBundle } from './bundle.js';
import { intervalsOf } from './intervals.js';
import { rowsForetold, tableWindows, windowInstances } from './windows.js';

/** A class in the kind the target had (text, number or boolean), a value, or a cluster's number (-1: in none). */
export type Label = string | number | boolean;

/** Several values of one row: of a forecast by step, the first first; of several targets by their names. */
export type SeveralValues = readonly number[] | Readonly<Record<string, number>>;
/** The least and the largest that a value is expected to be; in the same form as several values. */
export type Interval = readonly [number, number];

export interface Prediction {
  readonly prediction: Label | SeveralValues;
  /** By class name; they sum to 1. */
  readonly probabilities?: Record<string, number>;
  /** The probability of the predicted class. */
  readonly confidence?: number;
  /** Of anomaly detection: how odd the row is; the prediction is 1 above the model's threshold, else 0. */
  readonly score?: number;
  /** Where it is asked for. */
  readonly interval?: Interval | readonly Interval[] | Readonly<Record<string, Interval>>;
}

export interface PredictOptions {
  /** The probability that the truth lies in the interval, in (0, 1): asks for intervals. */
  readonly interval?: number;
}

/** Predictions of a whole table, column by column. */
export interface TablePredictions {
  readonly predictions: readonly (Label | SeveralValues)[];
  /** Names of the values of a prediction, where there are several. */
  readonly outputs?: readonly string[];
  /** Of anomaly detection: one entry a row. */
  readonly scores?: Float64Array;
  /** Where they are asked for: as many as there are values. */
  readonly lower?: Float64Array;
  readonly upper?: Float64Array;
  /** Row-major `n x classes`. */
  readonly probabilities?: Float64Array;
  readonly classes?: readonly string[];
  /** Features that the table lacks: they were scored as missing. */
  readonly missingFeatures: readonly string[];
}

/** Rows scored at a time: bounds the memory of the feature matrix. */
const BLOCK = 65_536;

/** Answers from a bundle. Keeps no state between calls, so one predictor serves any number of requests. */
export class Predictor {
  readonly task: Task;
  readonly classes: readonly string[] | undefined;
  private readonly labels: readonly Label[];

  constructor(readonly bundle: Bundle) {
    this.task = bundle.task;
    this.classes = bundle.classes;
    this.labels = (bundle.classes ?? []).map((name) => {
      if (bundle.targetKind === 'number') return Number(name);
      return bundle.targetKind === 'boolean' ? name === 'true' : name;
    });
  }

  /** Throws ARTIFACT_INVALID or MODEL_UNKNOWN. */
  static from(bytes: Uint8Array): Predictor {
    return new Predictor(decodeBundle(bytes));
  }

  /** The features that instances may have, with what each may be. */
  get inputs(): InputDescription[] {
    return this.bundle.pipeline.describeInputs();
  }

  /** A fresh comparison of what it is asked with what it was trained on; undefined for a bundle that does not tell. */
  watchDrift(): DriftMonitor | undefined {
    const { reference, pipeline, sequence } = this.bundle;
    return reference && new DriftMonitor(reference, pipeline.inputs, sequence !== undefined);
  }

  /** Rows of an instance, at least and at most, where instances are windows. */
  get window(): { readonly least: number; readonly length: number } | undefined {
    const { sequence } = this.bundle;
    return sequence && { least: sequence.least ?? sequence.length, length: sequence.length };
  }

  /** An instance of missing values alone: a row, or a window of them. */
  get blank(): Instance {
    const { sequence } = this.bundle;
    return sequence ? Array.from({ length: sequence.length }, () => ({})) : {};
  }

  /**
   * An instance is a row, or for a model of windows a list of as many rows as it learnt from, the earliest first.
   * Throws FEATURE_UNKNOWN or FEATURE_INVALID naming the feature and the instance (`where.row`, from 0).
   */
  predictInstances(instances: readonly Instance[], { interval }: PredictOptions = {}): Prediction[] {
    const { pipeline, sequence } = this.bundle;
    const x = sequence ? windowInstances(pipeline, sequence, instances) : pipeline.transformInstances(instances);
    if (interval === undefined) return this.plain(x);
    const { lower, upper } = intervalsOf(this.bundle, x, interval);
    const width = this.bundle.outputs?.length ?? 1;
    const pair = (at: number): Interval => [lower[at]!, upper[at]!];
    return this.plain(x).map((prediction, i) => {
      const pairs = Array.from({ length: width }, (_, j) => pair(i * width + j));
      return { ...prediction, interval: this.bundle.outputs ? this.named(pairs) : pairs[0]! };
    });
  }

  /** As `predictInstances`, without intervals. */
  private plain(x: Matrix): Prediction[] {
    const { values, probabilities, scores } = this.bundle.model.predict(x);
    const { labels } = this;
    const classes = this.classesOf(probabilities, x.rows);
    const predictions: Prediction[] = new Array(x.rows);
    for (let i = 0; i < x.rows; i++) {
      if (scores) predictions[i] = { prediction: values[i]!, score: scores[i]! };
      else if (this.bundle.outputs) predictions[i] = { prediction: this.several(values, i) };
      else if (classes === undefined) predictions[i] = { prediction: values[i]! };
      else if (probabilities === undefined) predictions[i] = { prediction: labels[values[i]!]! };
      else predictions[i] = this.classified(values[i]!, classes, probabilities, i * classes.length);
    }
    return predictions;
  }

  /**
   * Scores every row of a table; a model of windows scores each row from it and those before it in its series, the first of
   * which is repeated where there are too few. Throws COLUMN_NOT_FOUND when it has none of the features, OPTION_UNSUPPORTED
   * when it knows no intervals.
   */
  predictTable(table: Table, { interval }: PredictOptions = {}): TablePredictions {
    const { pipeline, model, sequence, outputs } = this.bundle;
    const present = new Set(table.columns.map((column) => column.name));
    const features = this.inputs.map((input) => input.name);
    const missingFeatures = features.filter((name) => !present.has(name));
    if (missingFeatures.length === features.length) {
      const words = `The data have none of the model's features (${features.slice(0, 20).join(', ')}).`;
      throw new LearnError('COLUMN_NOT_FOUND', words, { column: features[0]! });
    }
    const predictions: (Label | SeveralValues)[] = new Array(table.rows);
    const width = outputs?.length ?? 1;
    const bounds = interval === undefined ? undefined : [0, 1].map(() => new Float64Array(table.rows * width));
    let scores: Float64Array | undefined;
    let probabilities: Float64Array | undefined;
    let { classes } = this;
    const windows = sequence && tableWindows(table, sequence);
    for (let begin = 0; begin < table.rows; begin += BLOCK) {
      const rows = Uint32Array.from({ length: Math.min(BLOCK, table.rows - begin) }, (_, i) => begin + i);
      const x = windows ? windows(pipeline, rows) : pipeline.transform(table, rows);
      const block = model.predict(x);
      for (let i = 0; i < rows.length; i++) {
        if (outputs) predictions[begin + i] = this.several(block.values, i);
        else predictions[begin + i] = this.classes ? this.labels[block.values[i]!]! : block.values[i]!;
      }
      if (block.scores) {
        scores ??= new Float64Array(table.rows);
        scores.set(block.scores, begin);
      }
      if (bounds) {
        const { lower, upper } = intervalsOf(this.bundle, x, interval!);
        bounds[0]!.set(lower, begin * width);
        bounds[1]!.set(upper, begin * width);
      }
      if (block.probabilities === undefined) continue;
      classes = this.classesOf(block.probabilities, rows.length)!;
      probabilities ??= new Float64Array(table.rows * classes.length);
      probabilities.set(block.probabilities, begin * classes.length);
    }
    return {
      predictions,
      ...(outputs ? { outputs } : {}),
      ...(scores ? { scores } : {}),
      ...(bounds ? { lower: bounds[0]!, upper: bounds[1]! } : {}),
      ...(probabilities ? { probabilities } : {}),
      ...(classes ? { classes } : {}),
      missingFeatures,
    };
  }

  /**
   * For a model that foretells: of each row of a table, the rows whose targets its prediction is about, one list a step; -1 where
   * there is none. Undefined for models whose predictions are about their own row.
   */
  rowsForetold(table: Table): readonly Int32Array[] | undefined {
    const { sequence } = this.bundle;
    return sequence && sequence.horizon > 0 ? rowsForetold(table, sequence) : undefined;
  }

  /** The values of a row. */
  private several(values: Float64Array, row: number): SeveralValues {
    const width = this.bundle.outputs!.length;
    return this.named(Array.from(values.subarray(row * width, (row + 1) * width)));
  }

  /** Steps stay a list; targets go by their names. */
  private named<T>(values: readonly T[]): readonly T[] | Record<string, T> {
    if (this.task === 'forecast') return values;
    return Object.fromEntries(this.bundle.outputs!.map((name, j) => [name, values[j]!]));
  }

  /** The names that probabilities go by: classes, or the numbers of clusters. */
  private classesOf(probabilities: Float64Array | undefined, rows: number): readonly string[] | undefined {
    if (this.task !== 'clustering' || probabilities === undefined || rows === 0) return this.classes;
    return Array.from({ length: probabilities.length / rows }, (_, cluster) => String(cluster));
  }

  private classified(index: number, classes: readonly string[], all: Float64Array, begin: number): Prediction {
    const probabilities: Record<string, number> = {};
    for (let c = 0; c < classes.length; c++) probabilities[classes[c]!] = all[begin + c]!;
    return { prediction: this.labels[index] ?? index, probabilities, confidence: all[begin + index]! };
  }
}
