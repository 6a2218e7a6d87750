import type { StudyEvent } from './events.js';
import type { StudyState, Trial } from './state.js';

/** Applies one event. The only place where a study's state is made. */
export function evolve(before: StudyState | undefined, event: StudyEvent): StudyState {
  switch (event.type) {
    case 'Started': {
      const { studyId, jobId, request, plan, at: startedAt } = event;
      return { studyId, jobId, status: 'running', request, plan, trials: [], startedAt };
    }
    case 'Refused': {
      const { studyId, jobId, request, code, message, at } = event;
      const failure = { code, message };
      return { studyId, jobId, status: 'failed', request, trials: [], failure, startedAt: at, endedAt: at };
    }
    case 'Cancelled': {
      const { studyId, at } = event;
      const state = before ?? { studyId, jobId: studyId, trials: [], startedAt: at };
      return { ...state, status: 'cancelled', endedAt: at };
    }
  }
  const state = before as StudyState;
  switch (event.type) {
    case 'TrialAsked': {
      const { number, model, params, at: requestedAt } = event;
      const trial: Trial = { number, model, params, status: 'running', value: null, metrics: {}, requestedAt };
      return { ...state, trials: [...state.trials, trial] };
    }
    case 'TrialEnded': {
      const { type: _, objective, ...result } = event;
      const { number, value } = result;
      const next = withTrial(state, number, result);
      if (value === null) return next;
      const plan = next.plan && objective ? { ...next.plan, objective } : next.plan;
      return isBetter(state, number, value) ? { ...next, plan, best: { number, value } } : { ...next, plan };
    }
    case 'TrialStopped':
      return withTrial(state, event.number, { status: 'cancelled' });
    case 'Completed':
      return { ...state, status: 'completed', endedAt: event.at };
    case 'Failed': {
      const failure = { code: event.code, message: event.message };
      return { ...state, status: 'failed', failure, endedAt: event.at };
    }
  }
}

function withTrial(state: StudyState, number: number, change: Partial<Trial>): StudyState {
  return { ...state, trials: state.trials.map((trial) => (trial.number === number ? { ...trial, ...change } : trial)) };
}

/** Of two equal values the lower trial number wins, whichever answered first. */
function isBetter({ best, plan }: StudyState, number: number, value: number): boolean {
  if (!best) return true;
  if (value === best.value) return number < best.number;
  return plan?.direction === 'maximize' ? value > best.value : value < best.value;
}
