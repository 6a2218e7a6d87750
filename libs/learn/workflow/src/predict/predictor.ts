import { LearnError, type Table, type Task } from '@trainyard/data';
import type { InputDescription, Instance } from '@trainyard/features';
import { DriftMonitor } from '../drift/drift-monitor.js';
import { type Bundle, decodeBundle } from './bundle.js';
import { rowsForetold, tableWindows, windowInstances } from './windows.js';

/** A class in the kind the target had (text, number or boolean), a value, or a cluster's number (-1: in none). */
export type Label = string | number | boolean;

export interface Prediction {
  readonly prediction: Label;
  /** By class name; they sum to 1. */
  readonly probabilities?: Record<string, number>;
  /** The probability of the predicted class. */
  readonly confidence?: number;
}

/** Predictions of a whole table, column by column. */
export interface TablePredictions {
  readonly predictions: readonly Label[];
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

  /** An instance of missing values alone: a row, or a window of them. */
  get blank(): Instance {
    const { sequence } = this.bundle;
    return sequence ? Array.from({ length: sequence.length }, () => ({})) : {};
  }

  /**
   * An instance is a row, or for a model of windows a list of as many rows as it learnt from, the earliest first.
   * Throws FEATURE_UNKNOWN or FEATURE_INVALID naming the feature and the instance (`where.row`, from 0).
   */
  predictInstances(instances: readonly Instance[]): Prediction[] {
    const { pipeline, model, sequence } = this.bundle;
    const x = sequence ? windowInstances(pipeline, sequence, instances) : pipeline.transformInstances(instances);
    const { values, probabilities } = model.predict(x);
    const { labels } = this;
    const classes = this.classesOf(probabilities, values.length);
    const predictions: Prediction[] = new Array(values.length);
    for (let i = 0; i < values.length; i++) {
      if (classes === undefined) predictions[i] = { prediction: values[i]! };
      else if (probabilities === undefined) predictions[i] = { prediction: labels[values[i]!]! };
      else predictions[i] = this.classified(values[i]!, classes, probabilities, i * classes.length);
    }
    return predictions;
  }

  /**
   * Scores every row of a table; a model of windows scores each row from it and those before it in its series, the first of
   * which is repeated where there are too few. Throws COLUMN_NOT_FOUND when it has none of the features. */
  predictTable(table: Table): TablePredictions {
    const { pipeline, model, sequence } = this.bundle;
    const present = new Set(table.columns.map((column) => column.name));
    const features = this.inputs.map((input) => input.name);
    const missingFeatures = features.filter((name) => !present.has(name));
    if (missingFeatures.length === features.length) {
      const words = `The data have none of the model's features (${features.slice(0, 20).join(', ')}).`;
      throw new LearnError('COLUMN_NOT_FOUND', words, { column: features[0]! });
    }
    const predictions: Label[] = new Array(table.rows);
    let probabilities: Float64Array | undefined;
    let { classes } = this;
    const windows = sequence && tableWindows(table, sequence);
    for (let begin = 0; begin < table.rows; begin += BLOCK) {
      const rows = Uint32Array.from({ length: Math.min(BLOCK, table.rows - begin) }, (_, i) => begin + i);
      const x = windows ? windows(pipeline, rows) : pipeline.transform(table, rows);
      const block = model.predict(x);
      for (let i = 0; i < rows.length; i++) {
        predictions[begin + i] = this.classes ? this.labels[block.values[i]!]! : block.values[i]!;
      }
      if (block.probabilities === undefined) continue;
      classes = this.classesOf(block.probabilities, rows.length)!;
      probabilities ??= new Float64Array(table.rows * classes.length);
      probabilities.set(block.probabilities, begin * classes.length);
    }
    return {
      predictions,
      ...(probabilities ? { probabilities } : {}),
      ...(classes ? { classes } : {}),
      missingFeatures,
    };
  }

  /**
   * For a model that foretells: of each row of a table, the row whose target its prediction is about; -1 where there is none.
   * Undefined for models whose predictions are about their own row.
   */
  rowsForetold(table: Table): Int32Array | undefined {
    const { sequence } = this.bundle;
    return sequence && sequence.horizon > 0 ? rowsForetold(table, sequence) : undefined;
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
