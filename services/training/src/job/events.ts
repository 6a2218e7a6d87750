import type { Candidate, TrainRequested } from '@trainyard/contracts';
import type { Lease } from '@trainyard/flow';

/** Everything that can happen to a job. */
export type JobEvent =
  | {
      readonly type: 'Accepted';
      readonly jobId: string;
      readonly name: string;
      readonly request: TrainRequested;
      readonly at: number;
    }
  | { readonly type: 'Tuned'; readonly model: string; readonly params: TrainRequested['params']; readonly at: number }
  | { readonly type: 'Claimed'; readonly lease: Lease; readonly at: number }
  | { readonly type: 'Renewed'; readonly lease: Lease }
  | { readonly type: 'Checkpointed'; readonly attempt: number; readonly digest: string }
  | { readonly type: 'Released'; readonly at: number }
  | {
      readonly type: 'AttemptFailed';
      readonly attempt: number;
      readonly code: string;
      readonly message: string;
      readonly retryAt: number;
    }
  | { readonly type: 'Trained'; readonly candidate: Candidate }
  | { readonly type: 'Evaluated'; readonly metrics: Readonly<Record<string, number>> }
  | {
      readonly type: 'Registered';
      readonly modelId: string;
      readonly version: string;
      readonly awaitsDeployment: boolean;
      readonly at: number;
    }
  | { readonly type: 'Deployed'; readonly environment: string; readonly at: number }
  | { readonly type: 'Failed'; readonly code: string; readonly message: string; readonly at: number }
  | { readonly type: 'Cancelled'; readonly reason: string; readonly at: number }
  | { readonly type: 'Refused'; readonly attempt: number; readonly command: string; readonly at: number };
