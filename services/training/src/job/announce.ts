import type { EventInput, EventType } from '@trainyard/contracts';
import type { Announcement } from '@trainyard/flow';
import type { JobEvent } from './events.js';
import type { JobState } from './state.js';

/** What the world hears of a job's events. All of a job's events have its id as their key, so they stay in order. */
export function announce(event: JobEvent, state: JobState): Announcement[] {
  const { jobId } = state;
  const tell: Tell = (type, data) => ({ type, key: jobId, data }) as Announcement;
  switch (event.type) {
    case 'Accepted': {
      const { name, request, at: acceptedAt } = event;
      const accepted = tell('JobAccepted', { jobId, name, stage: state.status, request, acceptedAt });
      return state.status === 'tuning'
        ? [accepted, tell('OptimizeRequested', { studyId: jobId, jobId, request })]
        : [accepted];
    }
    case 'Tuned':
      return [tell('JobQueued', { jobId, model: event.model, params: event.params })];
    case 'Claimed':
      return [
        tell('TrainStarted', { jobId, attempt: event.lease.attempt, worker: event.lease.worker, startedAt: event.at }),
      ];
    case 'AttemptFailed':
      return [
        tell('AttemptFailed', {
          jobId,
          attempt: event.attempt,
          code: event.code,
          message: event.message,
          retryAt: event.retryAt,
        }),
      ];
    case 'Trained':
      return [tell('TrainCompleted', { jobId, candidate: event.candidate })];
    case 'Registered':
      return state.status === 'deploying'
        ? [tell('JobDeploying', { jobId, modelId: event.modelId, version: event.version })]
        : [];
    case 'Completed':
      return [completed(state, event.at, tell)];
    case 'Failed': {
      const stage = state.candidate ? 'evaluating' : state.attempts > 0 ? 'running' : 'queued';
      return [
        tell('JobFailed', { jobId, code: event.code, message: event.message, stage, failedAt: event.at }),
        ...stopStudy(state, tell),
      ];
    }
    case 'Cancelled':
      return [tell('JobCancelled', { jobId, reason: event.reason, cancelledAt: event.at }), ...stopStudy(state, tell)];
    default:
      return [];
  }
}

type Tell = <T extends EventType>(type: T, data: EventInput[T]) => Announcement;

function completed(state: JobState, completedAt: number, tell: Tell): Announcement {
  const { jobId, name: modelName, model, candidate, metrics = {}, environment = null } = state;
  const { id: modelId = '', version = '' } = model ?? {};
  const { task = '', model: algorithm = '' } = candidate ?? {};
  return tell('JobCompleted', {
    jobId,
    modelId,
    modelName,
    version,
    task,
    model: algorithm,
    metrics,
    environment,
    completedAt,
  });
}

/** A job that ends while its study may still run takes the study with it. */
function stopStudy({ jobId, request, attempts }: JobState, tell: Tell): Announcement[] {
  const tuned = attempts === 0 && (Boolean(request.search) || Array.isArray(request.model));
  return tuned ? [tell('OptimizeCancelRequested', { studyId: jobId, reason: 'its job ended' })] : [];
}
