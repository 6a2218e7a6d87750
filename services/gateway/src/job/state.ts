import type { TrainRequested } from '@trainyard/contracts';

export type JobStage =
  | 'queued'
  | 'tuning'
  | 'running'
  | 'evaluating'
  | 'deploying'
  | 'completed'
  | 'failed'
  | 'cancelled';

export const ended: ReadonlySet<JobStage> = new Set(['completed', 'failed', 'cancelled']);

/** One trial of the job's search, as the leaderboard shows it. */
export interface LeaderboardEntry {
  readonly number: number;
  readonly model: string;
  readonly params: TrainRequested['params'];
  readonly value: number;
}

/** Something that happened to the job, as the event stream tells it. `seq` counts from 1 and is the stream's event id. */
export interface JobNotice {
  readonly seq: number;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/** What users see of a job, made from what the services tell. It decides nothing. */
export interface JobViewState {
  readonly jobId: string;
  readonly name?: string;
  readonly stage: JobStage;
  readonly position: number;
  readonly request?: TrainRequested;
  /** SHA-256 of the request's body: the same key with another body is a mistake. */
  readonly fingerprint?: string;
  readonly attempts: number;
  readonly task?: string;
  readonly algorithm?: string;
  readonly model?: { readonly id: string; readonly version: string; readonly name?: string };
  /** Digests of the trained bundle and of its held-out predictions. */
  readonly artifact?: string;
  readonly holdout?: string;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly environment?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly study?: {
    readonly objective: string;
    readonly direction: string;
    readonly trials: number;
    readonly finished: number;
    readonly best?: number;
  };
  readonly leaderboard: readonly LeaderboardEntry[];
  readonly warnings: readonly string[];
  readonly cancelAsked: boolean;
  readonly submittedAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly updatedAt: number;
  readonly seq: number;
  readonly history: readonly JobNotice[];
}

/** The pool of workers that a job is for. */
export function poolOf({ request }: Pick<JobViewState, 'request'>): string {
  return request?.resources?.pool ?? 'cpu';
}

/** The name of a stage in the public list of statuses: deploying is the end of evaluating. */
export function statusOf(stage: JobStage): Exclude<JobStage, 'deploying'> {
  return stage === 'deploying' ? 'evaluating' : stage;
}

/** Where a job is on its way. Facts may arrive late; one that is behind never moves the job back. */
export const positions = {
  submitted: 0,
  accepted: 1,
  tuning: 2,
  tuned: 3,
  /** An attempt runs, or waits to be repeated. Attempts follow each other. */
  started: (attempt: number) => 4 + (2 * attempt) / 1e6,
  repeating: (attempt: number) => 4 + (2 * attempt + 1) / 1e6,
  trained: 5,
  registered: 6,
  ended: 7,
} as const;
