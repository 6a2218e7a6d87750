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

/** What a worker tells the job it has leased. */
export type WorkerCommand =
  | { readonly type: 'Claim'; readonly worker: string; readonly leaseMs: number }
  | { readonly type: 'Renew'; readonly attempt: number; readonly leaseMs: number }
  | { readonly type: 'SaveCheckpoint'; readonly attempt: number; readonly digest: string }
  | { readonly type: 'Release'; readonly attempt: number }
  | { readonly type: 'Succeed'; readonly attempt: number; readonly candidate: Candidate }
  | {
      readonly type: 'Fail';
      readonly attempt: number;
      readonly code: string;
      readonly message: string;
      readonly retriable: boolean;
    };

export type JobCommand = JobMessage | WorkerCommand;
