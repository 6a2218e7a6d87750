import type { BatchPredictRequested } from '@trainyard/contracts';
import type { AttemptCommand, AttemptEvent, Attempts, Phase } from '@trainyard/flow';

export type BatchStatus = 'queued' | 'running' | 'completed' | 'failed';

/** A file of predictions as it was stored. */
export interface BatchResult {
  /** Digest of the output. */
  readonly digest: string;
  readonly rows: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** A file to predict, from the request to its result. */
export interface BatchState extends Attempts {
  readonly status: BatchStatus;
  readonly request: BatchPredictRequested;
  readonly requestedAt: number;
  readonly endedAt?: number;
  readonly result?: BatchResult;
  readonly failure?: { readonly code: string; readonly message: string };
}

export type BatchCommand =
  | { readonly type: 'BatchPredictRequested'; readonly data: BatchPredictRequested }
  | AttemptCommand
  | { readonly type: 'Succeed'; readonly attempt: number; readonly result: BatchResult };

export type BatchEvent =
  | AttemptEvent
  | { readonly type: 'Requested'; readonly request: BatchPredictRequested; readonly at: number }
  | { readonly type: 'Completed'; readonly result: BatchResult; readonly at: number }
  | { readonly type: 'Failed'; readonly code: string; readonly message: string; readonly at: number };

export function phaseOf({ status }: BatchState): Phase {
  if (status === 'running') return 'running';
  return status === 'queued' ? 'waiting' : 'other';
}
