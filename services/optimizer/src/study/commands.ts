import type { OptimizeCancelRequested, OptimizeRequested, TrialCompleted } from '@trainyard/contracts';

type Told<Type extends string, Data> = { readonly type: Type; readonly data: Data };

/** What the bus tells a study. */
export type StudyCommand =
  | Told<'OptimizeRequested', OptimizeRequested>
  | Told<'OptimizeCancelRequested', OptimizeCancelRequested>
  | Told<'TrialCompleted', TrialCompleted>;
