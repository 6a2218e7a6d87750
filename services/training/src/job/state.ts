import type { Candidate, TrainRequested } from '@trainyard/contracts';
import type { Lease } from '@trainyard/flow';

export type JobStatus =
  | 'queued'
  | 'tuning'
  | 'running'
  | 'evaluating'
  | 'deploying'
  | 'completed'
  | 'failed'
  | 'cancelled';

export const terminal: ReadonlySet<JobStatus> = new Set(['completed', 'failed', 'cancelled']);

/** A failure that a user can act on. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A result or sign of life that came from an attempt which no longer held the lease. Kept as proof, never applied. */
export interface Refusal {
  readonly attempt: number;
  readonly command: string;
  readonly at: number;
}

/** One job, from the request to its end. `attempts` is the last epoch given out. */
export interface JobState {
  readonly jobId: string;
  readonly name: string;
  readonly status: JobStatus;
  readonly request: TrainRequested;
  readonly pool: string;
  readonly acceptedAt: number;
  /** When it may be claimed, while queued. */
  readonly availableAt: number;
  readonly attempts: number;
  /** Attempts that ended in an error or a lost lease. */
  readonly failures: number;
  readonly lease?: Lease;
  /** Digest of the latest checkpoint and the attempt that wrote it. */
  readonly checkpoint?: { readonly attempt: number; readonly digest: string };
  readonly candidate?: Candidate;
  readonly model?: { readonly id: string; readonly version: string };
  readonly metrics?: Readonly<Record<string, number>>;
  readonly failure?: Failure;
  readonly refusals: readonly Refusal[];
  readonly endedAt?: number;
}
