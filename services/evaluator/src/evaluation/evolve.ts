import { evolveAttempts, noAttempts } from '@trainyard/flow';
import type { EvaluationEvent } from './events.js';
import type { EvaluationState } from './state.js';

/** Applies one event. The only place where an evaluation's state is made. */
export function evolve(before: EvaluationState | undefined, event: EvaluationEvent): EvaluationState {
  if (event.type === 'Requested') {
    const { evaluationId, subject, at } = event;
    return { ...noAttempts(at), evaluationId, subject, status: 'waiting', requestedAt: at };
  }
  const state = before as EvaluationState;
  switch (event.type) {
    case 'Claimed':
      return { ...evolveAttempts(state, event), status: 'running' };
    case 'Released':
      return { ...evolveAttempts(state, event), status: 'waiting' };
    case 'AttemptFailed': {
      const failure = { code: event.code, message: event.message };
      return { ...evolveAttempts(state, event), status: 'waiting', failure };
    }
    case 'Renewed':
    case 'Refused':
      return evolveAttempts(state, event);
    case 'Completed': {
      const { outcome, at: endedAt } = event;
      return { ...state, status: 'completed', lease: undefined, outcome, failure: undefined, endedAt };
    }
    case 'Failed': {
      const failure = { code: event.code, message: event.message };
      return { ...state, status: 'failed', lease: undefined, failure, endedAt: event.at };
    }
    case 'Cancelled':
      return { ...state, status: 'cancelled', lease: undefined, endedAt: event.at };
  }
}
