import type { TrainRequested } from '@trainyard/contracts';
import type { SearchSpace } from '@trainyard/models';

export type Params = TrainRequested['params'];
export type Direction = 'minimize' | 'maximize';
export type StudyStatus = 'running' | 'completed' | 'failed' | 'cancelled';
export type TrialStatus = 'running' | 'completed' | 'failed' | 'cancelled';

/** One set of hyperparameters, trained and scored by a training worker. */
export interface Trial {
  readonly number: number;
  readonly model: string;
  readonly params: Params;
  readonly status: TrialStatus;
  /** Of the objective; null until it is known, and when the trial failed. */
  readonly value: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly requestedAt: number;
  readonly seconds?: number;
  readonly code?: string;
  readonly message?: string;
}

/** One model of a study. */
export interface PlannedModel {
  readonly name: string;
  readonly space: SearchSpace;
  /** What the user fixed of the parameters it has; it holds in every trial. */
  readonly fixed: Params;
}

/** What is searched, how, and for how long. Settled when the study starts. */
export interface Plan {
  /** `auto` until the first result tells the task: then log_loss for classes, rmse for numbers. */
  readonly objective: string;
  readonly direction: Direction;
  readonly models: readonly PlannedModel[];
  readonly strategy: string;
  readonly seed: number;
  readonly trials: number;
  readonly parallelism: number;
  /** Of the whole study. */
  readonly timeoutMs: number | null;
  /** A trial that has not answered by then counts as failed. */
  readonly trialTimeoutMs: number;
}

/** One search, from the request to its end. */
export interface StudyState {
  readonly studyId: string;
  readonly jobId: string;
  readonly status: StudyStatus;
  readonly request?: TrainRequested;
  readonly plan?: Plan;
  readonly trials: readonly Trial[];
  readonly best?: { readonly number: number; readonly value: number };
  readonly failure?: { readonly code: string; readonly message: string };
  readonly startedAt: number;
  readonly endedAt?: number;
}

export function trialIdOf(studyId: string, number: number): string {
  return `${studyId}-t${number}`;
}

export function runningTrials({ trials }: StudyState): Trial[] {
  return trials.filter(({ status }) => status === 'running');
}
