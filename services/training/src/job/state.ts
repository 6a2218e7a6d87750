import type { Candidate, TrainRequested } from '@trainyard/contracts';
import type { Attempts, Phase } from '@trainyard/flow';

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

/** One job, from the request to its end. */
export interface JobState extends Attempts {
  readonly jobId: string;
  readonly name: string;
  readonly status: JobStatus;
  readonly request: TrainRequested;
  readonly pool: string;
  readonly acceptedAt: number;
  /** Digest of the latest checkpoint and the attempt that wrote it. */
  readonly checkpoint?: { readonly attempt: number; readonly digest: string };
  readonly candidate?: Candidate;
  readonly model?: { readonly id: string; readonly version: string };
  /** Where its version serves. */
  readonly environment?: string;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly failure?: Failure;
  readonly endedAt?: number;
}

export const phaseOf = ({ status }: JobState): Phase =>
  status === 'queued' ? 'waiting' : status === 'running' ? 'running' : 'other';
