import { backoff, type Fenced, fence, isLive, Rejection } from '@trainyard/flow';
import type { WorkerCommand } from './commands.js';
import type { JobEvent } from './events.js';
import type { JobState } from './state.js';

/** An attempt that fails for a passing reason, or whose worker dies, is repeated this often. */
export const MAX_FAILURES = 4;
const REFUSALS_KEPT = 20;

/** What a worker may do with a job, each a transition of its own. Late commands of an old attempt are refused and recorded. */
export function decideAttempt(state: JobState, command: WorkerCommand, now: number): JobEvent[] {
  if (command.type === 'Claim') return claim(state, command, now);
  try {
    fence(state.status === 'running' ? state.lease : undefined, command.attempt);
  } catch (error) {
    return refuse(state, command, error as Fenced, now);
  }
  switch (command.type) {
    case 'Renew':
      return [
        {
          type: 'Renewed',
          lease: { ...(state.lease as NonNullable<JobState['lease']>), expiresAt: now + command.leaseMs },
        },
      ];
    case 'SaveCheckpoint':
      return [{ type: 'Checkpointed', attempt: command.attempt, digest: command.digest }];
    case 'Release':
      return [{ type: 'Released', at: now }];
    case 'Succeed':
      return [{ type: 'Trained', candidate: command.candidate }];
    case 'Fail':
      return fail(state, command, now);
  }
}

function claim(
  state: JobState,
  { worker, leaseMs }: Extract<WorkerCommand, { type: 'Claim' }>,
  now: number,
): JobEvent[] {
  if (state.status !== 'queued' || state.availableAt > now)
    throw new Rejection('NOT_WAITING', `job ${state.jobId} is ${state.status}`);
  return [{ type: 'Claimed', lease: { attempt: state.attempts + 1, worker, expiresAt: now + leaseMs }, at: now }];
}

function fail(
  state: JobState,
  { attempt, code, message, retriable }: Extract<WorkerCommand, { type: 'Fail' }>,
  now: number,
): JobEvent[] {
  if (!retriable) return [{ type: 'Failed', code, message, at: now }];
  if (state.failures + 1 >= MAX_FAILURES) {
    return [{ type: 'Failed', code, message: `${message} (after ${state.failures + 1} attempts)`, at: now }];
  }
  return [{ type: 'AttemptFailed', attempt, code, message, retryAt: now + backoff(state.failures + 1, 500, 60_000) }];
}

/** Results are recorded when refused; a refused renewal or checkpoint only tells its worker to stop. */
function refuse(
  state: JobState,
  command: Exclude<WorkerCommand, { type: 'Claim' }>,
  fenced: Fenced,
  now: number,
): JobEvent[] {
  if (command.type !== 'Succeed' && command.type !== 'Fail') throw fenced;
  const known = state.refusals.some(
    (refusal) => refusal.attempt === command.attempt && refusal.command === command.type,
  );
  if (known || state.refusals.length >= REFUSALS_KEPT) throw fenced;
  return [{ type: 'Refused', attempt: command.attempt, command: command.type, at: now }];
}

/** What time does to a job: a lease that ran out, a limit that passed. */
export function expire(state: JobState, now: number): JobEvent[] {
  const limit = timeLimit(state);
  if (limit !== undefined && limit <= now) {
    const seconds = state.request.resources?.timeoutSeconds;
    return [
      {
        type: 'Failed',
        code: 'TIMEOUT',
        message: `the job did not end within ${seconds} s; raise resources.timeoutSeconds`,
        at: now,
      },
    ];
  }
  if (state.status !== 'running' || isLive(state.lease, now)) return [];
  const attempt = state.attempts;
  const message = 'the worker stopped giving signs of life: it was killed, ran out of memory, or lost its machine';
  return fail(state, { type: 'Fail', attempt, code: 'WORKER_LOST', message, retriable: true }, now);
}

/** When the job's own time limit passes, while it still trains or waits (ms since 1970). */
export function timeLimit(state: JobState): number | undefined {
  const seconds = state.request.resources?.timeoutSeconds;
  const training = state.status === 'queued' || state.status === 'running' || state.status === 'tuning';
  return seconds && training ? state.acceptedAt + seconds * 1000 : undefined;
}
