import { evolveAttempts, noAttempts } from '@trainyard/flow';
import type { BatchEvent, BatchState } from './state.js';

/** Applies one event. The only place where a batch's state is made. */
export function evolve(before: BatchState | undefined, event: BatchEvent): BatchState {
  if (event.type === 'Requested') {
    return { ...noAttempts(event.at), status: 'queued', request: event.request, requestedAt: event.at };
  }
  const state = before as BatchState;
  switch (event.type) {
    case 'Claimed':
      return { ...evolveAttempts(state, event), status: 'running' };
    case 'Released':
    case 'AttemptFailed':
      return { ...evolveAttempts(state, event), status: 'queued' };
    case 'Renewed':
    case 'Refused':
      return evolveAttempts(state, event);
    case 'Completed':
      return { ...state, status: 'completed', lease: undefined, result: event.result, endedAt: event.at };
    case 'Failed': {
      const failure = { code: event.code, message: event.message };
      return { ...state, status: 'failed', lease: undefined, failure, endedAt: event.at };
    }
  }
}
