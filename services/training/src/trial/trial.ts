import type { TrialRequested } from '@trainyard/contracts';
import {
  type Aggregate,
  type Announcement,
  type AttemptCommand,
  type AttemptEvent,
  type Attempts,
  decideAttempt,
  type Exhausted,
  evolveAttempts,
  expireLease,
  noAttempts,
  type Phase,
  Rejection,
  refuseLate,
  type Wake,
} from '@trainyard/flow';

export interface TrialOutcome {
  readonly value: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** One trial of a study: trained under a lease like a job, but its model is thrown away and only its score kept. */
export interface TrialState extends Attempts {
  readonly trial: TrialRequested;
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly pool: string;
  readonly requestedAt: number;
  readonly outcome?: TrialOutcome;
}

export type TrialCommand =
  | { readonly type: 'TrialRequested'; readonly data: TrialRequested }
  | { readonly type: 'TrialCancelRequested' }
  | AttemptCommand
  | { readonly type: 'Succeed'; readonly attempt: number; readonly outcome: TrialOutcome };

export type TrialEvent =
  | AttemptEvent
  | Exhausted
  | { readonly type: 'Requested'; readonly trial: TrialRequested; readonly at: number }
  | { readonly type: 'Scored'; readonly outcome: TrialOutcome }
  | { readonly type: 'Cancelled' };

export const trainingTrial: Aggregate<TrialState, TrialCommand, TrialEvent> = {
  name: 'TrainingTrial',
  fields: { queue: 'string', availableAt: 'number', pool: 'string', status: 'string' },
  indexes: [
    ['queue', 'availableAt'],
    ['pool', 'status'],
  ],
  decide,
  evolve,
  announce,
  index: ({ status, pool, availableAt }) => ({ queue: status === 'queued' ? pool : null, availableAt, pool, status }),
  wakeAt: (state) => (state.status === 'running' ? (state.lease?.expiresAt ?? null) : null),
};

const phaseOf = ({ status }: TrialState): Phase =>
  status === 'queued' ? 'waiting' : status === 'running' ? 'running' : 'other';

function decide(
  state: TrialState | undefined,
  command: TrialCommand | Wake,
  { id, now }: { id: string; now: number },
): TrialEvent[] {
  if (command.type === 'TrialRequested') return state ? [] : [{ type: 'Requested', trial: command.data, at: now }];
  if (!state) {
    if (command.type === 'Wake' || command.type === 'TrialCancelRequested') return [];
    throw new Rejection('TRIAL_NOT_FOUND', `there is no trial ${id}`);
  }
  const phase = phaseOf(state);
  switch (command.type) {
    case 'Wake':
      return expireLease(phase, state, now);
    case 'TrialCancelRequested':
      return phase === 'other' ? [] : [{ type: 'Cancelled' }];
    case 'Succeed':
      return refuseLate(phase, state, command, now) ?? [{ type: 'Scored', outcome: command.outcome }];
    default:
      return decideAttempt(phase, state, command, now);
  }
}

function evolve(before: TrialState | undefined, event: TrialEvent): TrialState {
  if (event.type === 'Requested') {
    const pool = event.trial.request.resources?.pool ?? 'cpu';
    return { ...noAttempts(event.at), trial: event.trial, status: 'queued', pool, requestedAt: event.at };
  }
  const state = before as TrialState;
  switch (event.type) {
    case 'Claimed':
      return { ...evolveAttempts(state, event), status: 'running' };
    case 'Released':
    case 'AttemptFailed':
      return { ...evolveAttempts(state, event), status: 'queued' };
    case 'Renewed':
    case 'Refused':
      return evolveAttempts(state, event);
    case 'Scored':
      return { ...state, status: 'completed', lease: undefined, outcome: event.outcome };
    case 'Failed':
      return { ...state, status: 'failed', lease: undefined };
    case 'Cancelled':
      return { ...state, status: 'cancelled', lease: undefined };
  }
}

/** The study hears of a trial's end once. */
function announce(event: TrialEvent, { trial }: TrialState): Announcement[] {
  const { trialId, studyId, jobId, number } = trial;
  const ids = { trialId, studyId, jobId, number };
  if (event.type === 'Scored') {
    const { value, metrics, seconds } = event.outcome;
    return [{ type: 'TrialCompleted', key: studyId, data: { ...ids, status: 'completed', value, metrics, seconds } }];
  }
  if (event.type === 'Failed') {
    const { code, message } = event;
    return [
      {
        type: 'TrialCompleted',
        key: studyId,
        data: { ...ids, status: 'failed', metrics: {}, seconds: 0, code, message },
      },
    ];
  }
  return [];
}
