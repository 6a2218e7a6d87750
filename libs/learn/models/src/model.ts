import type { Dataset, Matrix, Task } from '@trainyard/data';
import type { ModelArtifact } from './artifact.js';

/** A number that tells how good predictions are, for early stopping on something other than the loss that is minimised. */
export interface FitMetric {
  readonly name: string;
  readonly greaterIsBetter: boolean;
  score(predictions: Predictions, data: Dataset): number;
}

/**
 * A loss of the caller's own, for boosting from code (functions do not travel in requests). `scores` are row-major
 * `n x outputs`; `gradients` writes the first and second derivatives by the score, not yet weighted, in the same layout.
 */
export interface CustomObjective {
  readonly name: string;
  /** Mean loss over the rows; weights are those of `data`. */
  loss(scores: Float64Array, data: Dataset): number;
  gradients(scores: Float64Array, data: Dataset, gradient: Float64Array, hessian: Float64Array): void;
}

/** Reported after each iteration (a boosting round, an optimiser step, an epoch). */
export interface FitProgress {
  readonly iteration: number;
  readonly iterations: number;
  readonly trainLoss?: number;
  readonly validationLoss?: number;
}

/** Where a neural network stands within an epoch. */
export interface BatchProgress {
  /** The epoch under way, from 1. */
  readonly iteration: number;
  /** Batches learnt in it, of how many. */
  readonly batch: number;
  readonly batches: number;
  /** The mean loss of this epoch so far, as it will be reported. */
  readonly trainLoss: number;
}

export interface FitOptions {
  readonly seed: number;
  /** Threads the fit may use (default 1). The result does not depend on it. */
  readonly threads?: number;
  /** Scored after each iteration; needed for early stopping. */
  readonly validation?: Dataset;
  /** Stops after `rounds` iterations without a better validation loss (or `metric`, when given) and keeps the best iteration. */
  readonly earlyStopping?: { readonly rounds: number; readonly metric?: FitMetric };
  /** Continues training this model instead of starting afresh (warm start); models that cannot throw OPTION_UNSUPPORTED. */
  readonly initial?: ModelArtifact;
  /** Boosting only: minimised instead of the task's own loss. */
  readonly objective?: CustomObjective;
  /** Aborting rejects the fit with LearnError ABORTED within one iteration. */
  readonly signal?: AbortSignal;
  /** Awaited, so a slow listener slows the fit and the event loop runs between iterations. */
  readonly onProgress?: (progress: FitProgress) => void | Promise<void>;
  /** Neural networks alone: called after each batch, not awaited. Aborting here stops the fit before the next one. */
  readonly onBatch?: (progress: BatchProgress) => void;
  /** Where to continue and how often to save: resuming from a checkpoint gives the same model as never stopping. */
  readonly checkpoint?: {
    readonly everyIterations: number;
    readonly save: (artifact: ModelArtifact) => Promise<void>;
    readonly resume?: ModelArtifact;
  };
}

export interface TrainingMetrics {
  readonly trainLoss: number;
  readonly validationLoss?: number;
  readonly bestIteration: number;
  readonly iterations: number;
  readonly earlyStopped: boolean;
  /** Forests with oob_score: accuracy or R2 on the rows that trees did not see. */
  readonly oobScore?: number;
  /** Neural networks: the library that they were learnt with, and its version. */
  readonly backend?: string;
  /** Wall seconds of `fit` alone. */
  readonly seconds: number;
}

/**
 * `values` has one entry a row: a class index, a value, or 1 for an anomaly and 0 for none; of a model of several values a row it is
 * row-major `n x outputs`. `probabilities` is row-major `n x classes`, each row sums to 1.
 */
export interface Predictions {
  readonly values: Float64Array;
  /** Values a row, where there are several. */
  readonly outputs?: number;
  /** Of anomaly detection: one entry a row, the higher the odder. */
  readonly scores?: Float64Array;
  readonly probabilities?: Float64Array;
  readonly classes?: number;
  /** Of models of the rows themselves: one entry a row, how usual it is; low ones are anomalies. */
  readonly logLikelihood?: Float64Array;
}

/** What a model does not know: intervals hold the truth with probability `level` if the model is right about itself. */
export interface Uncertainty {
  /** aleatoric: noise in the data; epistemic: too little data; total: both. */
  readonly kind: 'aleatoric' | 'epistemic' | 'total';
  readonly level: number;
  /** One entry a row, or one a row and value, row-major, for a model of several values. */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Feature importance by one measure, one entry a feature, in the matrix's column order. */
export interface FeatureImportance {
  readonly names: readonly string[];
  readonly gain: Float64Array;
  readonly split?: Float64Array;
  /** Training rows (or hessians) that passed the feature's splits. */
  readonly cover?: Float64Array;
}

/** Every family implements this; `checkModel` in `checks/` runs over all of them. */
export interface Model {
  fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics>;
  /** Synchronous: one row is microseconds. Throws FEATURE_INVALID when the number of columns differs from the fit's. */
  predict(x: Matrix): Predictions;
  /** Of values only, `level` in (0, 1), default 0.9. Absent, or throws OPTION_UNSUPPORTED, where the model was not made to know it. */
  predictUncertainty?(x: Matrix, level?: number): Uncertainty;
  importance?(): FeatureImportance;
  save(): ModelArtifact;
}

/** How a model wants its features prepared. */
export interface Preprocessing {
  /** `ordinal` leaves category codes for models that split on categories; `onehot` widens. */
  readonly categories: 'ordinal' | 'onehot';
  /** Whether the model itself handles NaN. */
  readonly acceptsMissing: boolean;
  readonly scaling: 'none' | 'standard';
}

export interface ModelDefinition<Params = Record<string, unknown>> {
  readonly name: string;
  readonly family:
    | 'boosting'
    | 'forest'
    | 'linear'
    | 'kernel'
    | 'neighbours'
    | 'cluster'
    | 'neural'
    | 'ensemble'
    | 'trajectory'
    | 'baseline';
  /** `3d` models take windows of rows as well, and rows as sequences. */
  readonly input: '2d' | '3d';
  readonly tasks: readonly Task[];
  /** Whether regression takes several targets at once. */
  readonly multiOutput?: boolean;
  readonly preprocessing: Preprocessing;
  readonly params: ParameterSchema;
  /** Takes parameters of its members too, as `<member>__<parameter>`. */
  readonly hasMembers?: boolean;
  /**
   * Fitted only when asked for by name, not by `all` or a search over all models: it is made of other models, or its cost
   * grows faster than the rows.
   */
  readonly onRequest?: boolean;
  /** The default search space, by parameter name. */
  readonly space: SearchSpace;
  create(params: Params, task: Task): Model;
  load(artifact: ModelArtifact): Model;
}

/** One hyperparameter: its type, default, range and meaning. */
export interface Parameter {
  readonly type: 'int' | 'float' | 'boolean' | 'enum' | 'string' | 'array';
  readonly default: number | boolean | string | null | readonly (number | string)[];
  /** Of an array: what its entries are; `min` and `max` then hold for each entry. */
  readonly items?: 'int' | 'float' | 'string';
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: boolean;
  readonly values?: readonly string[];
  /** An enum that takes a number from `min` to `max` as well. */
  readonly numeric?: boolean;
  readonly nullable?: boolean;
  readonly description: string;
  /** Other names users know it by, as in the peer libraries (`num_boost_round` for `n_estimators`). */
  readonly aliases?: readonly string[];
}

export type ParameterSchema = Readonly<Record<string, Parameter>>;

/** One dimension of a search: the same shapes the TrainRequested `search.space` accepts. */
export type Dimension =
  | {
      readonly type: 'int';
      readonly low: number;
      readonly high: number;
      readonly log?: boolean;
      readonly step?: number;
    }
  | { readonly type: 'float'; readonly low: number; readonly high: number; readonly log?: boolean }
  | { readonly type: 'categorical'; readonly choices: readonly (string | number | boolean | null)[] };

export type SearchSpace = Readonly<Record<string, Dimension>>;
