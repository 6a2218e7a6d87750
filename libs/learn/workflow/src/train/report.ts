import type { Task } from '@trainyard/data';
import type { TrainingMetrics } from '@trainyard/models';
import { canonicalMetric, type Evaluation } from '@trainyard/validation';
import type { CrossValidation } from './cross-validate.js';
import type { ValidationPlan } from './plan-validation.js';

/** All that is worth knowing of one training, as plain JSON. */
export interface TrainReport {
  readonly model: string;
  readonly task: Task;
  /** Absent when a task without a target was given none. */
  readonly target?: string;
  readonly classes?: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** The columns that predictions take, and how many numbers the model sees of them. */
  readonly features: readonly string[];
  readonly matrixColumns: number;
  readonly rows: {
    readonly total: number;
    readonly used: number;
    readonly train: number;
    readonly validation: number;
    readonly test: number;
  };
  readonly validation: ValidationPlan;
  readonly training: TrainingMetrics;
  /** Accuracy on the training rows; absent for regression and above 500,000 rows. */
  readonly trainAccuracy?: number;
  /** On the validation rows: what trials are compared by. Absent without validation rows. */
  readonly validationMetrics?: Readonly<Record<string, number>>;
  readonly crossValidation?: CrossValidation;
  /** On the test rows, which nothing else has seen. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly confusionMatrix?: Evaluation['confusionMatrix'];
  readonly curves?: Evaluation['curves'];
  /** Of several targets or steps: the metrics of each, of which `metrics` are the means. */
  readonly perOutput?: Evaluation['perOutput'];
  /** By column of the model's matrix, most important first; at most 1000. */
  readonly importance: Readonly<Record<string, number>>;
  /** Wall seconds. */
  readonly seconds: { readonly read: number; readonly prepare: number; readonly fit: number; readonly total: number };
  readonly warnings: readonly string[];
  /** What `auto` turned out to be. */
  readonly decisions: readonly string[];
}

/** The value a search compares trials by: the mean over folds when cross-validated, else that of the validation rows. */
export function objectiveValue(report: TrainReport, metric: string): number | undefined {
  const name = canonicalMetric(metric);
  return report.crossValidation?.metrics[name]?.mean ?? report.validationMetrics?.[name];
}
