import { decideAttempt, expireLease, refuseLate } from '@trainyard/flow';
import type { WorkerCommand } from './commands.js';
import type { JobEvent } from './events.js';
import { type JobState, phaseOf } from './state.js';

/** What a worker may do with a job. Late commands of an old attempt are refused, late results recorded. */
export function decideWork(state: JobState, command: WorkerCommand, now: number): JobEvent[] {
  const phase = phaseOf(state);
  switch (command.type) {
    case 'SaveCheckpoint':
      return (
        refuseLate(phase, state, command, now) ?? [
          { type: 'Checkpointed', attempt: command.attempt, digest: command.digest },
        ]
      );
    case 'Succeed':
      // Its worker did not hear the answer and tells the same again.
      if (state.candidate?.attempt === command.attempt) return [];
      return refuseLate(phase, state, command, now) ?? [{ type: 'Trained', candidate: command.candidate }];
    default:
      return decideAttempt(phase, state, command, now);
  }
}

/** What time does to a job: a lease that ran out, a limit that passed. */
export function expire(state: JobState, now: number): JobEvent[] {
  const limit = timeLimit(state);
  if (limit === undefined || limit > now) return expireLease(phaseOf(state), state, now);
  const seconds = state.request.resources?.timeoutSeconds;
  const message = `the job did not end within ${seconds} s; raise resources.timeoutSeconds`;
  return [{ type: 'Failed', code: 'TIMEOUT', message, at: now }];
}

/** When the job's own time limit passes, while it still trains or waits (ms since 1970). */
export function timeLimit(state: JobState): number | undefined {
  const seconds = state.request.resources?.timeoutSeconds;
  const training = state.status === 'queued' || state.status === 'running' || state.status === 'tuning';
  return seconds && training ? state.acceptedAt + seconds * 1000 : undefined;
}
