import type {
  CancelRequested,
  Candidate,
  DeploymentFailed,
  DeploymentReady,
  EvaluationCompleted,
  EvaluationFailed,
  ModelVersionRegistered,
  OptimizeCompleted,
  OptimizeFailed,
  RegistrationFailed,
  TrainRequested,
} from '@trainyard/contracts';
import type { AttemptCommand } from '@trainyard/flow';

type Told<Type extends string, Data> = { readonly type: Type; readonly data: Data };

/** What the bus tells a job. */
export type JobMessage =
  | Told<'TrainRequested', TrainRequested>
  | Told<'CancelRequested', CancelRequested>
  | Told<'OptimizeCompleted', OptimizeCompleted>
  | Told<'OptimizeFailed', OptimizeFailed>
  | Told<'EvaluationCompleted', EvaluationCompleted>
  | Told<'EvaluationFailed', EvaluationFailed>
  | Told<'ModelVersionRegistered', ModelVersionRegistered>
  | Told<'RegistrationFailed', RegistrationFailed>
  | Told<'DeploymentReady', DeploymentReady>
  | Told<'DeploymentFailed', DeploymentFailed>;

/** What a worker tells the job it has leased, besides the signs of life that all leased work has. */
export type WorkerCommand =
  | AttemptCommand
  | { readonly type: 'SaveCheckpoint'; readonly attempt: number; readonly digest: string }
  | { readonly type: 'Succeed'; readonly attempt: number; readonly candidate: Candidate };

export type JobCommand = JobMessage | WorkerCommand;
