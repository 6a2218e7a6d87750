import { attemptCommands, type Flow, failpoint, type Queue, type Work, type WorkContext } from '@trainyard/flow';
import { trainingJob } from '../job/job.js';
import type { JobState } from '../job/state.js';
import { type TrialState, trainingTrial } from '../trial/trial.js';
import type { AttemptExecutor, AttemptNote, AttemptTask, ExecutionOptions } from './attempt.js';
import { CheckpointKeeper } from './checkpoint-keeper.js';
import type { ProgressReporter } from './progress.js';

/** The queue of a pool, oldest first. */
const waitingIn = (pool: string) => (now: number) => ({
  where: { queue: pool, availableAt: { lte: now } },
  orderBy: [['availableAt', 'asc']] as const,
});

/** The jobs that wait for a worker of the pool. */
export function jobQueue(pool: string): Queue {
  return { kind: 'job', aggregate: trainingJob, waiting: waitingIn(pool) };
}

/** The trials that wait for a worker of the pool. */
export function trialQueue(pool: string): Queue {
  return { kind: 'trial', aggregate: trainingTrial, waiting: waitingIn(pool) };
}

/** Jobs of one pool as leased work: run the attempt, keep its checkpoints, answer with its candidate. */
export function jobWork(
  pool: string,
  flow: Flow,
  executor: AttemptExecutor,
  progress: ProgressReporter,
): Work<JobState> {
  return {
    ...attemptCommands,
    ...jobQueue(pool),
    leaseOf: (state) => state.lease,
    execute: async (jobId, state, context) => {
      const { name, request, checkpoint } = state;
      const task: AttemptTask = {
        kind: 'job',
        jobId,
        attempt: context.attempt,
        name,
        request,
        checkpoint: checkpoint?.digest,
      };
      const checkpoints = new CheckpointKeeper(flow, jobId, context.attempt);
      const onNote = (note: AttemptNote) => {
        if (note.type === 'progress') progress.report(jobId, context.attempt, note);
        else if (note.type === 'checkpoint') checkpoints.keep(note.digest);
      };
      const result = await executor.run(task, options(context, onNote));
      if (result.kind !== 'job') throw new Error('a job attempt answered with a trial');
      return { type: 'Succeed', attempt: context.attempt, candidate: result.candidate };
    },
  };
}

/** Trials of one pool as leased work. */
export function trialWork(pool: string, executor: AttemptExecutor): Work<TrialState> {
  return {
    ...attemptCommands,
    ...trialQueue(pool),
    leaseOf: (state) => state.lease,
    execute: async (trialId, { trial }, context) => {
      const { request, model, params, objective } = trial;
      const task: AttemptTask = {
        kind: 'trial',
        jobId: trialId,
        attempt: context.attempt,
        name: trialId,
        request: { ...request, model, params, search: null },
        objective,
      };
      const result = await executor.run(
        task,
        options(context, () => {}),
      );
      if (result.kind !== 'trial') throw new Error('a trial answered with a candidate');
      return { type: 'Succeed', attempt: context.attempt, outcome: result.outcome };
    },
  };
}

function options({ signal, beat }: WorkContext, onNote: (note: AttemptNote) => void): ExecutionOptions {
  return {
    signal,
    onBeat: beat,
    onNote: (note) => {
      failpoint('mid-training', note.type);
      onNote(note);
    },
  };
}
