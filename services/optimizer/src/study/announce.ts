import type { Announcement } from '@trainyard/flow';
import type { StudyEvent } from './events.js';
import { type Plan, type StudyState, type Trial, trialIdOf } from './state.js';

/** What the world hears: a study under its job's key, each trial under its own, so that trials run side by side. */
export function announce(event: StudyEvent, state: StudyState): Announcement[] {
  const { studyId, jobId, request } = state;
  switch (event.type) {
    case 'Started': {
      const { objective, direction, trials, models } = event.plan;
      const data = { studyId, jobId, objective, direction, trials, models: models.map(({ name }) => name) };
      return [{ type: 'StudyStarted', key: jobId, data }];
    }
    case 'TrialAsked': {
      if (!request) return [];
      const { number, model, params } = event;
      const trialId = trialIdOf(studyId, number);
      const { objective } = state.plan as Plan;
      const data = { trialId, studyId, jobId, number, model, params, objective, request };
      return [{ type: 'TrialRequested', key: trialId, data }];
    }
    case 'TrialEnded':
      return [recorded(state, event.number)];
    case 'TrialStopped': {
      const trialId = trialIdOf(studyId, event.number);
      return [{ type: 'TrialCancelRequested', key: trialId, data: { trialId, studyId } }];
    }
    case 'Completed':
      return [completed(state)];
    case 'Refused':
    case 'Failed': {
      const { code, message } = event;
      return [{ type: 'OptimizeFailed', key: jobId, data: { studyId, jobId, code, message } }];
    }
    case 'Cancelled':
      return [];
  }
}

function recorded(state: StudyState, number: number): Announcement {
  const { studyId, jobId, trials, best } = state;
  const { status, model, params, value, message } = trials[number] as Trial;
  const finished = trials.filter((trial) => trial.status === 'completed' || trial.status === 'failed').length;
  const data = {
    studyId,
    jobId,
    number,
    status,
    model,
    params,
    value,
    finished,
    trials: (state.plan as Plan).trials,
    bestValue: best?.value ?? null,
    message: message ?? null,
  };
  return { type: 'TrialRecorded', key: jobId, data };
}

function completed({ studyId, jobId, plan, trials, best }: StudyState): Announcement {
  const { number, value } = best as NonNullable<StudyState['best']>;
  const { model, params } = trials[number] as Trial;
  const { objective } = plan as Plan;
  const data = { studyId, jobId, objective, model, params, value, number, trials: trials.length };
  return { type: 'OptimizeCompleted', key: jobId, data };
}
