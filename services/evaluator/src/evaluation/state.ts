import type { Candidate, EvaluateRequested, GateResult } from '@trainyard/contracts';
import type { Attempts, Phase } from '@trainyard/flow';

export type EvaluationStatus = 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled';

/** What is evaluated: a candidate on its way to the registry, or a registered version. */
export type Subject =
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  | { readonly kind: 'version'; readonly request: EvaluateRequested };

/** What an evaluation found. `report` is the digest of the full report. */
export interface Outcome {
  readonly metrics: Readonly<Record<string, number>>;
  readonly gates: readonly GateResult[];
  readonly passed: boolean;
  readonly report: string;
}

/** One evaluation, from the request to its end. */
export interface EvaluationState extends Attempts {
  readonly evaluationId: string;
  readonly subject: Subject;
  readonly status: EvaluationStatus;
  readonly outcome?: Outcome;
  readonly failure?: { readonly code: string; readonly message: string };
  readonly requestedAt: number;
  readonly endedAt?: number;
}

export function phaseOf({ status }: EvaluationState): Phase {
  return status === 'waiting' || status === 'running' ? status : 'other';
}
