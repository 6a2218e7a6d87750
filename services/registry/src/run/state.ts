import type { Candidate } from '@trainyard/contracts';

export type RunStatus = 'queued' | 'running' | 'finished' | 'failed' | 'cancelled';

export const ended: ReadonlySet<RunStatus> = new Set(['finished', 'failed', 'cancelled']);

export type Params = Candidate['params'];

/** One value of one metric; `step` counts within that metric. */
export interface MetricPoint {
  readonly name: string;
  readonly value: number;
  readonly step: number;
  readonly at: number;
}

export interface RunArtifact {
  readonly name: string;
  readonly digest: string;
  readonly bytes: number;
  readonly at: number;
}

/** One run of an experiment: a training job, which keeps its own record, or a user's own work. */
export interface RunState {
  readonly runId: string;
  readonly experimentId: string;
  readonly experiment: string;
  /** `job`: its id is the job's. `user`: logged over REST. */
  readonly kind: 'job' | 'user';
  readonly name: string;
  readonly status: RunStatus;
  readonly params: Params;
  readonly tags: Readonly<Record<string, string>>;
  /** The last value of each metric. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly history: readonly MetricPoint[];
  readonly artifacts: readonly RunArtifact[];
  readonly model?: { readonly id: string; readonly name: string; readonly version: string };
  readonly error?: { readonly code: string; readonly message: string };
  readonly startedAt: number;
  readonly endedAt?: number;
}
