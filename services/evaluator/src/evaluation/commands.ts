import type { EvaluateRequested, JobCancelled, TrainCompleted } from '@trainyard/contracts';
import type { AttemptCommand } from '@trainyard/flow';
import type { Outcome } from './state.js';

type Told<Type extends string, Data> = { readonly type: Type; readonly data: Data };

/** What the bus tells an evaluation, and what a worker tells the one it has leased. */
export type EvaluationCommand =
  | Told<'TrainCompleted', TrainCompleted>
  | Told<'EvaluateRequested', EvaluateRequested>
  | Told<'JobCancelled', JobCancelled>
  | AttemptCommand
  | { readonly type: 'Succeed'; readonly attempt: number; readonly outcome: Outcome };
