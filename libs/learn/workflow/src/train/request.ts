import type { DataFormat } from '@trainyard/data';
import type { DimensionInput } from '@trainyard/tuning';
import type { Gate } from '@trainyard/validation';

/** Absent and null mean the same, because events carry absent fields as null. */
type Optional<T> = T | null | undefined;

/** The rows to learn from and what their columns mean. */
export interface DatasetReference {
  readonly uri: string;
  readonly format?: Optional<DataFormat | (string & {})>;
  readonly target?: Optional<string>;
  /** Several columns to predict at once, for models that can; instead of `target`. */
  readonly targets?: Optional<readonly string[]>;
  /** Orders the rows: the latest are held out. Not a feature unless `features` names it. */
  readonly time?: Optional<string>;
  /** Rows of one group stay together. Not a feature unless `features` names it. */
  readonly group?: Optional<string>;
  readonly weight?: Optional<string>;
  readonly scenario?: Optional<string>;
  /** The columns to learn from; all others when empty. */
  readonly features?: Optional<readonly string[]>;
  readonly exclude?: Optional<readonly string[]>;
}

export interface ValidationRequest {
  /** Share of the rows held out for the final metrics. Default 0.2. */
  readonly testSize?: Optional<number>;
  /** Share of the remaining rows that early stopping and trials are scored on; 0 for none. Default 0.2. */
  readonly validationSize?: Optional<number>;
  readonly strategy?: Optional<string>;
  readonly folds?: Optional<number>;
  readonly shuffle?: Optional<boolean>;
  readonly gap?: Optional<number>;
  readonly purge?: Optional<number>;
  readonly embargo?: Optional<number>;
  readonly window?: Optional<number>;
}

export interface PreprocessingRequest {
  readonly scaling?: Optional<string>;
  readonly encoding?: Optional<string>;
  readonly imputation?: Optional<string>;
  readonly create?: Optional<readonly string[]>;
  readonly select?: Optional<{ readonly method: string; readonly nFeatures?: Optional<number> }>;
}

/** The fields of TrainRequested, as in `api.md`. Those of the platform (gates, deploy, ...) do not change the training. */
export interface TrainRequest {
  readonly jobId?: Optional<string>;
  readonly name?: Optional<string>;
  readonly experiment?: Optional<string>;
  readonly tags?: Optional<Readonly<Record<string, string>>>;
  readonly dataset: DatasetReference;
  readonly task?: Optional<string>;
  readonly model?: Optional<string | readonly string[]>;
  readonly params?: Optional<Readonly<Record<string, unknown>>>;
  readonly preprocessing?: Optional<PreprocessingRequest>;
  readonly validation?: Optional<ValidationRequest>;
  readonly search?: Optional<{
    readonly strategy?: Optional<string>;
    readonly space?: Optional<Readonly<Record<string, DimensionInput>>>;
    readonly trials?: Optional<number>;
    readonly timeoutSeconds?: Optional<number>;
    readonly objectives?: Optional<readonly string[]>;
    readonly pruner?: Optional<string>;
    readonly parallelism?: Optional<number>;
  }>;
  readonly horizon?: Optional<number>;
  readonly seqLen?: Optional<number>;
  readonly symbol?: Optional<string>;
  readonly gates?: Optional<readonly Gate[]>;
  readonly deploy?: Optional<{
    readonly environment: string;
    readonly strategy?: Optional<string>;
    readonly percent?: Optional<number>;
  }>;
  readonly resources?: Optional<{
    readonly pool?: Optional<string>;
    readonly memoryMb?: Optional<number>;
    readonly timeoutSeconds?: Optional<number>;
    readonly threads?: Optional<number>;
  }>;
  readonly seed?: Optional<number>;
  readonly earlyStopping?: Optional<{ readonly rounds: number }>;
}
