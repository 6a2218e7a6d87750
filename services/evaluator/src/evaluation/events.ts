import type { AttemptEvent, Exhausted } from '@trainyard/flow';
import type { Outcome, Subject } from './state.js';

/** Everything that can happen to an evaluation. */
export type EvaluationEvent =
  | AttemptEvent
  | Exhausted
  | { readonly type: 'Requested'; readonly evaluationId: string; readonly subject: Subject; readonly at: number }
  | { readonly type: 'Completed'; readonly outcome: Outcome; readonly at: number }
  | { readonly type: 'Cancelled'; readonly at: number };
