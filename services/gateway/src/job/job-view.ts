import type { TrainRequested } from '@trainyard/contracts';
import { type Aggregate, type Announcement, Rejection, type Wake } from '@trainyard/flow';
import { absorb, type Fact } from './facts.js';
import { note, unknownJob } from './history.js';
import { ended, type JobViewState, poolOf, positions, statusOf } from './state.js';

export type JobViewCommand =
  | { readonly type: 'Submit'; readonly request: TrainRequested; readonly fingerprint: string; readonly keyed: boolean }
  | { readonly type: 'Cancel'; readonly reason: string }
  | Fact;

export type JobViewEvent =
  | {
      readonly type: 'Submitted';
      readonly jobId: string;
      readonly request: TrainRequested;
      readonly fingerprint: string;
      readonly at: number;
    }
  | { readonly type: 'CancelAsked'; readonly reason: string; readonly at: number }
  | { readonly type: 'Told'; readonly jobId: string; readonly fact: Fact; readonly at: number };

/** What users see of a job. It hands requests on to training, and follows what the services tell of the job. */
export const jobView: Aggregate<JobViewState, JobViewCommand, JobViewEvent> = {
  name: 'JobView',
  fields: { status: 'string', pool: 'string', submittedAt: 'number', modelId: 'string', modelName: 'string' },
  indexes: [
    ['status', 'submittedAt'],
    ['pool', 'status'],
    ['submittedAt'],
    ['modelId', 'submittedAt'],
    ['modelName', 'submittedAt'],
  ],
  decide,
  evolve,
  announce,
  index: ({ stage, request, submittedAt, model, name }) => ({
    status: statusOf(stage),
    pool: poolOf({ request }),
    submittedAt,
    modelId: model?.id ?? null,
    modelName: model ? (model.name ?? name ?? null) : null,
  }),
};

function decide(
  state: JobViewState | undefined,
  command: JobViewCommand | Wake,
  { id, now }: { id: string; now: number },
): JobViewEvent[] {
  switch (command.type) {
    case 'Wake':
      return [];
    case 'Submit':
      return submit(state, command, id, now);
    case 'Cancel':
      return cancel(state, command.reason, id, now);
    default: {
      const before = state ?? unknownJob(id, now);
      const changed = absorb(before, command, now) !== before;
      return changed ? [{ type: 'Told', jobId: id, fact: command, at: now }] : [];
    }
  }
}

/** A request is handed on once. */
function submit(
  state: JobViewState | undefined,
  { request, fingerprint, keyed }: Extract<JobViewCommand, { type: 'Submit' }>,
  jobId: string,
  now: number,
): JobViewEvent[] {
  if (!state) return [{ type: 'Submitted', jobId, request: { ...request, jobId }, fingerprint, at: now }];
  if (keyed && state.fingerprint !== undefined && state.fingerprint !== fingerprint) {
    const message = `this Idempotency-Key was used for another request (job ${jobId}); send a new key`;
    throw new Rejection('IDEMPOTENCY_KEY_REUSED', message);
  }
  return [];
}

function cancel(state: JobViewState | undefined, reason: string, jobId: string, now: number): JobViewEvent[] {
  if (!state) throw new Rejection('JOB_NOT_FOUND', `there is no job "${jobId}"; GET /api/v1/models/jobs lists them`);
  if (ended.has(state.stage)) throw new Rejection('JOB_ENDED', `job ${jobId} has ended: it is ${state.stage}`);
  return state.cancelAsked ? [] : [{ type: 'CancelAsked', reason, at: now }];
}

function evolve(before: JobViewState | undefined, event: JobViewEvent): JobViewState {
  switch (event.type) {
    case 'Submitted': {
      const { jobId, request, fingerprint, at } = event;
      const name = request.name ?? undefined;
      const state = { ...unknownJob(jobId, at), position: positions.submitted, request, fingerprint, name };
      return note(state, 'status', { status: 'queued', stage: 'queued' }, at);
    }
    case 'CancelAsked': {
      const state = { ...(before as JobViewState), cancelAsked: true };
      return note(state, 'cancelling', { message: 'cancelling' }, event.at);
    }
    case 'Told':
      return absorb(before ?? unknownJob(event.jobId, event.at), event.fact, event.at);
  }
}

function announce(event: JobViewEvent, { jobId: key }: JobViewState): Announcement[] {
  if (event.type === 'Submitted') return [{ type: 'TrainRequested', key, data: event.request }];
  if (event.type === 'CancelAsked') {
    return [{ type: 'CancelRequested', key, data: { jobId: key, reason: event.reason } }];
  }
  return [];
}
