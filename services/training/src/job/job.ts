import { type Aggregate, Rejection, type Wake } from '@trainyard/flow';
import { accept } from './accept.js';
import { announce } from './announce.js';
import { decideWork, expire, timeLimit } from './attempt.js';
import type { JobCommand } from './commands.js';
import type { JobEvent } from './events.js';
import { evolve } from './evolve.js';
import { decideOutcome } from './outcome.js';
import { type JobState, terminal } from './state.js';

/** The job: accepted once, trained under a lease, evaluated, registered, deployed, ended exactly once. */
export const trainingJob: Aggregate<JobState, JobCommand, JobEvent> = {
  name: 'TrainingJob',
  fields: { queue: 'string', availableAt: 'number', pool: 'string', status: 'string', acceptedAt: 'number' },
  indexes: [
    ['queue', 'availableAt'],
    ['pool', 'status'],
    ['status', 'acceptedAt'],
  ],
  decide,
  evolve,
  announce,
  index: (state) => ({
    queue: state.status === 'queued' ? state.pool : null,
    availableAt: state.availableAt,
    pool: state.pool,
    status: state.status,
    acceptedAt: state.acceptedAt,
  }),
  wakeAt: (state) => {
    const times = [state.status === 'running' ? state.lease?.expiresAt : undefined, timeLimit(state)];
    const earliest = Math.min(...times.filter((time) => time !== undefined));
    return Number.isFinite(earliest) ? earliest : null;
  },
};

function decide(
  state: JobState | undefined,
  command: JobCommand | Wake,
  { id, now }: { id: string; now: number },
): JobEvent[] {
  if (command.type === 'TrainRequested') return accept(state, command.data, id, now);
  if (!state) {
    if (command.type === 'Wake') return [];
    throw new Rejection('JOB_NOT_FOUND', `there is no job ${id}`);
  }
  if (command.type === 'Wake') return terminal.has(state.status) ? [] : expire(state, now);
  if ('data' in command) return terminal.has(state.status) ? [] : decideOutcome(state, command, now);
  return decideWork(state, command, now);
}
