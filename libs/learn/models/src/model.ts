import type { Dataset, Matrix, Task } from '@trainyard/data';
import type { ModelArtifact } from './artifact.js';

/** Reported after each iteration (a boosting round, an optimiser step, an epoch). */
export interface FitProgress {
  readonly iteration: number;
  readonly iterations: number;
  readonly trainLoss?: number;
  readonly validationLoss?: number;
}

export interface FitOptions {
  readonly seed: number;
  /** Threads the fit may use (default 1). The result does not depend on it. */
  readonly threads?: number;
  /** Scored after each iteration; needed for early stopping. */
  readonly validation?: Dataset;
  /** Stops after `rounds` iterations without a better validation loss and keeps the best iteration. */
  readonly earlyStopping?: { readonly rounds: number };
  /** Aborting rejects the fit with LearnError ABORTED within one iteration. */
  readonly signal?: AbortSignal;
  /** Awaited, so a slow listener slows the fit and the event loop runs between iterations. */
  readonly onProgress?: (progress: FitProgress) => void | Promise<void>;
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
  /** Wall seconds of `fit` alone. */
  readonly seconds: number;
}

/**
 * `values` has one entry a row: a class index or a value. `probabilities` is row-major `n x classes`, each row sums to 1.
 */
export interface Predictions {
  readonly values: Float64Array;
  readonly probabilities?: Float64Array;
  readonly classes?: number;
}

/** Feature importance by one measure, one entry a feature, in the matrix's column order. */
export interface FeatureImportance {
  readonly names: readonly string[];
  readonly gain: Float64Array;
  readonly split?: Float64Array;
}

/** Every family implements this; `checkModel` in `checks/` runs over all of them. */
export interface Model {
  fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics>;
  /** Synchronous: one row is microseconds. Throws FEATURE_INVALID when the number of columns differs from the fit's. */
  predict(x: Matrix): Predictions;
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
  readonly input: '2d' | '3d';
  readonly tasks: readonly Task[];
  readonly preprocessing: Preprocessing;
  readonly params: ParameterSchema;
  /** The default search space, by parameter name. */
  readonly space: SearchSpace;
  create(params: Params, task: Task): Model;
  load(artifact: ModelArtifact): Model;
}

/** One hyperparameter: its type, default, range and meaning. */
export interface Parameter {
  readonly type: 'int' | 'float' | 'boolean' | 'enum';
  readonly default: number | boolean | string | null;
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: boolean;
  readonly values?: readonly string[];
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
