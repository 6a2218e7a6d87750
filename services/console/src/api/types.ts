/** What the gateway answers, as far as these pages use it. Fields may be added there at any time. */

export type JobStatus = 'queued' | 'tuning' | 'running' | 'evaluating' | 'completed' | 'failed' | 'cancelled';

const ended: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** True once nothing about the job changes any more. */
export function hasEnded(status: JobStatus): boolean {
  return ended.has(status);
}

export type Metrics = Readonly<Record<string, number>>;

export interface Job {
  readonly jobId: string;
  readonly status: JobStatus;
  /** 0 to 1. */
  readonly progress?: number;
  /** As `status`, but finer: an evaluating job may be deploying. */
  readonly stage?: string;
  readonly attempts?: number;
  readonly name?: string;
  readonly task?: string;
  /** What happened last, in words. */
  readonly message?: string;
  /** How far the search is, while the job is tuned. */
  readonly study?: { readonly finished: number; readonly trials: number };
  /** A cancel was asked for and is under way. */
  readonly cancelling?: boolean;
  readonly iteration?: number;
  readonly iterations?: number;
  readonly model?: { readonly id: string; readonly version: string } | null;
  readonly metrics?: Metrics | null;
  readonly error?: { readonly code: string; readonly message: string } | null;
  readonly acceptedAt?: string;
  readonly endedAt?: string | null;
}

/** A model, with stage and metrics of the version in production, or else of the latest. */
export interface Model {
  readonly id: string;
  readonly name: string;
  readonly latestVersion?: string | null;
  readonly productionVersion?: string | null;
  readonly stage?: string | null;
  readonly task?: string | null;
  readonly algorithm?: string | null;
  readonly metrics?: Metrics | null;
}

/** The furthest moved feature first; none before enough rows came. */
export interface Drift {
  readonly features: readonly { readonly name: string; readonly psi: number }[];
}

export interface Column {
  readonly name: string;
  readonly type: string;
  /** Rows without a value. */
  readonly missing?: number;
  readonly distinct?: number;
}

export interface Dataset {
  readonly datasetId: string;
  readonly uri: string;
  readonly name?: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly warnings: readonly string[];
}

/** What a request gives for a hyperparameter. */
export type ParameterValue = number | boolean | string | readonly (number | string)[];

/** One hyperparameter of an algorithm. */
export interface Parameter {
  readonly type: 'int' | 'float' | 'boolean' | 'enum' | 'string' | 'array';
  readonly default: number | boolean | string | null | readonly (number | string)[];
  readonly items?: 'int' | 'float' | 'string';
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
  readonly nullable?: boolean;
  readonly description?: string;
}

export interface Algorithm {
  readonly name: string;
  readonly family?: string;
  readonly tasks: readonly string[];
  readonly params: Readonly<Record<string, Parameter>>;
}

export interface TrainRequest {
  readonly name?: string;
  readonly dataset: { readonly uri: string; readonly target?: string };
  readonly model: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly deploy?: { readonly environment: 'staging' | 'production' };
}
