import type { TrainRequested } from '@trainyard/contracts';
import type { Params, Plan, TrialStatus } from './state.js';

/** Everything that can happen to a study. */
export type StudyEvent =
  | {
      readonly type: 'Started';
      readonly studyId: string;
      readonly jobId: string;
      readonly request: TrainRequested;
      readonly plan: Plan;
      readonly at: number;
    }
  | {
      readonly type: 'Refused';
      readonly studyId: string;
      readonly jobId: string;
      readonly request: TrainRequested;
      readonly code: string;
      readonly message: string;
      readonly at: number;
    }
  | {
      readonly type: 'TrialAsked';
      readonly number: number;
      readonly model: string;
      readonly params: Params;
      readonly at: number;
    }
  | {
      readonly type: 'TrialEnded';
      readonly number: number;
      readonly status: Exclude<TrialStatus, 'running'>;
      /** The metric that `value` is. */
      readonly objective?: string;
      readonly value: number | null;
      readonly metrics: Readonly<Record<string, number>>;
      readonly seconds: number;
      readonly code?: string;
      readonly message?: string;
    }
  | { readonly type: 'TrialStopped'; readonly number: number }
  | { readonly type: 'Completed'; readonly at: number }
  | { readonly type: 'Failed'; readonly code: string; readonly message: string; readonly at: number }
  | { readonly type: 'Cancelled'; readonly studyId: string; readonly at: number };
