import type { Candidate, TrainRequested } from '@trainyard/contracts';
import type { AttemptEvent, Exhausted } from '@trainyard/flow';

/** Everything that can happen to a job. */
export type JobEvent =
  | AttemptEvent
  | Exhausted
  | {
      readonly type: 'Accepted';
      readonly jobId: string;
      readonly name: string;
      readonly request: TrainRequested;
      readonly at: number;
    }
  | { readonly type: 'Tuned'; readonly model: string; readonly params: TrainRequested['params']; readonly at: number }
  | { readonly type: 'Checkpointed'; readonly attempt: number; readonly digest: string }
  | { readonly type: 'Trained'; readonly candidate: Candidate }
  | { readonly type: 'Evaluated'; readonly metrics: Readonly<Record<string, number>> }
  | { readonly type: 'Registered'; readonly modelId: string; readonly version: string }
  | { readonly type: 'Deployed'; readonly environment: string }
  | { readonly type: 'Completed'; readonly at: number }
  | { readonly type: 'Cancelled'; readonly reason: string; readonly at: number };
