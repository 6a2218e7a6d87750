import { evolveAttempts, noAttempts } from '@trainyard/flow';
import { needsTuning } from './accept.js';
import type { JobEvent } from './events.js';
import type { JobState } from './state.js';

/** Applies one event. The only place where a job's state is made. */
export function evolve(before: JobState | undefined, event: JobEvent): JobState {
  if (event.type === 'Accepted') return accepted(event);
  const state = before as JobState;
  switch (event.type) {
    case 'Tuned': {
      const request = { ...state.request, model: event.model, params: event.params, search: null };
      return { ...state, status: 'queued', request, availableAt: event.at };
    }
    case 'Claimed':
      return { ...evolveAttempts(state, event), status: 'running' };
    case 'Released':
      return { ...evolveAttempts(state, event), status: 'queued' };
    case 'AttemptFailed':
      return {
        ...evolveAttempts(state, event),
        status: 'queued',
        failure: { code: event.code, message: event.message },
      };
    case 'Renewed':
    case 'Refused':
      return evolveAttempts(state, event);
    case 'Checkpointed':
      return { ...state, checkpoint: { attempt: event.attempt, digest: event.digest } };
    case 'Trained':
      return { ...state, status: 'evaluating', lease: undefined, candidate: event.candidate, failure: undefined };
    case 'Evaluated':
      return { ...state, metrics: event.metrics };
    case 'Registered': {
      const status = state.request.deploy ? 'deploying' : state.status;
      return { ...state, status, model: { id: event.modelId, version: event.version } };
    }
    case 'Deployed':
      return { ...state, environment: event.environment };
    case 'Completed':
      return { ...state, status: 'completed', endedAt: event.at };
    case 'Failed': {
      const failure = { code: event.code, message: event.message };
      return { ...state, status: 'failed', lease: undefined, failure, endedAt: event.at };
    }
    case 'Cancelled':
      return { ...state, status: 'cancelled', lease: undefined, endedAt: event.at };
  }
}

function accepted({ jobId, name, request, at }: Extract<JobEvent, { type: 'Accepted' }>): JobState {
  return {
    ...noAttempts(at),
    jobId,
    name,
    status: needsTuning(request) ? 'tuning' : 'queued',
    request,
    pool: request.resources?.pool ?? 'cpu',
    acceptedAt: at,
  };
}
