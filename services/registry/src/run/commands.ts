import type {
  EvaluationCompleted,
  JobAccepted,
  JobCancelled,
  JobCompleted,
  JobFailed,
  JobQueued,
  TrainStarted,
} from '@trainyard/contracts';
import type { Params, RunStatus } from './state.js';

type Told<Type extends string, Data> = { readonly type: Type; readonly data: Data };

/** What the bus tells a job's run. */
export type JobFact =
  | Told<'JobAccepted', JobAccepted>
  | Told<'JobQueued', JobQueued>
  | Told<'TrainStarted', TrainStarted>
  | Told<'EvaluationCompleted', EvaluationCompleted>
  | Told<'JobCompleted', JobCompleted>
  | Told<'JobFailed', JobFailed>
  | Told<'JobCancelled', JobCancelled>;

export interface LoggedMetric {
  readonly name: string;
  readonly value: number;
  readonly step?: number;
}

/** What a user tells a run over REST. */
export type UserCommand =
  | {
      readonly type: 'Start';
      readonly experimentId: string;
      readonly experiment: string;
      readonly name: string;
      readonly params: Params;
      readonly tags: Readonly<Record<string, string>>;
    }
  | { readonly type: 'LogParams'; readonly params: Params }
  | { readonly type: 'LogMetrics'; readonly metrics: readonly LoggedMetric[] }
  | { readonly type: 'LogArtifact'; readonly name: string; readonly digest: string; readonly bytes: number }
  | { readonly type: 'Finish'; readonly status: RunStatus };

export type RunCommand = JobFact | UserCommand;
