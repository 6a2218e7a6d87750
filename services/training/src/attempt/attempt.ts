import type { Candidate, TrainRequested } from '@trainyard/contracts';
import type { TrialOutcome } from '../trial/trial.js';

/** What a worker is asked to do. `trial` asks for a score only: nothing is stored. */
export interface AttemptTask {
  readonly kind: 'job' | 'trial';
  readonly jobId: string;
  readonly attempt: number;
  readonly name: string;
  readonly request: TrainRequested;
  /** Digest of a checkpoint to continue from. */
  readonly checkpoint?: string;
  /** The metric a trial is scored by; `auto` is the task's loss. */
  readonly objective?: string;
  /** Threads of the fit, set where it runs. The result does not depend on them. */
  readonly threads?: number;
}

/** What an attempt does, one after the other; `explain` is no phase, since importances fall out of the fit. */
export type Phase = 'read' | 'prepare' | 'cross-validate' | 'fit' | 'evaluate' | 'store';

/** A phase begins, and the one before it ends. */
export interface PhaseNote {
  readonly type: 'phase';
  readonly phase: Phase;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The process that tells it. */
  readonly pid: number;
}

/** What a worker tells while it works. */
export type AttemptNote =
  | { readonly type: 'checkpoint'; readonly digest: string }
  | PhaseNote
  | {
      readonly type: 'progress';
      readonly progress: number;
      readonly iteration: number;
      readonly iterations: number;
      readonly trainLoss?: number;
      readonly validationLoss?: number;
      readonly message?: string;
    };

export type AttemptResult =
  | { readonly kind: 'job'; readonly candidate: Candidate }
  | { readonly kind: 'trial'; readonly outcome: TrialOutcome };

export interface ExecutionOptions {
  readonly signal: AbortSignal;
  readonly onNote: (note: AttemptNote) => void;
  readonly onBeat: () => void;
}

/** Where attempts run: worker processes in production, virtual time in the simulator. */
export interface AttemptExecutor {
  run(task: AttemptTask, options: ExecutionOptions): Promise<AttemptResult>;
}
