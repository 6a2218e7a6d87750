import type { AnyMessage } from '@trainyard/contracts';
import type { Flow, ServiceDefinition, Target, WorkerOptions } from '@trainyard/flow';
import type { AttemptExecutor } from './attempt/attempt.js';
import { ProgressReporter } from './attempt/progress.js';
import { jobQueue, jobWork, trialQueue, trialWork } from './attempt/work.js';
import { trainingJob } from './job/job.js';
import { trainingTrial } from './trial/trial.js';

export interface TrainingOptions extends Omit<WorkerOptions, 'slots' | 'pool'> {
  /** Attempts at once in each pool; a pool with none is left to other processes. */
  readonly slots: Readonly<Record<string, number>>;
}

/** The pools that a request can ask for. */
const POOLS = ['cpu', 'gpu'];

const TOPICS = ['training.commands', 'tuning.events', 'evaluation.events', 'registry.events', 'deployment.events'];

/** The training service: accepts jobs, runs attempts, and ends each job with what the other services tell of it. */
export function createTrainingDefinition(
  flow: Flow,
  executor: AttemptExecutor,
  options: TrainingOptions,
): ServiceDefinition {
  const progress = new ProgressReporter(flow.ports);
  const pools = Object.entries(options.slots)
    .filter(([, slots]) => slots > 0)
    .map(([pool, slots]) => ({
      works: [jobWork(pool, flow, executor, progress), trialWork(pool, executor)],
      options: { ...options, pool, slots },
    }));
  return {
    name: 'training',
    aggregates: [trainingJob, trainingTrial],
    // A process that ends after its work only works: joining the consumer group would hold up those that stay.
    topics: options.most === undefined ? TOPICS : [],
    route,
    pools,
    // Also those that other processes work on: somebody must tell that nobody does.
    queues: POOLS.flatMap((pool) => [jobQueue(pool), trialQueue(pool)].map((queue) => ({ pool, queue }))),
  };
}

/** Which job or trial a message concerns. */
function route(message: AnyMessage): Target[] {
  const toJob = (jobId: string | null | undefined): Target[] =>
    jobId ? [{ aggregate: trainingJob, id: jobId, command: { type: message.type, data: message.data } as never }] : [];
  switch (message.type) {
    case 'TrainRequested': {
      return toJob(message.data.jobId ?? `job-${message.id.replace(/[^A-Za-z0-9._-]/g, '-')}`);
    }
    case 'CancelRequested':
    case 'OptimizeCompleted':
    case 'OptimizeFailed':
    case 'EvaluationCompleted':
    case 'EvaluationFailed':
    case 'ModelVersionRegistered':
    case 'RegistrationFailed':
    case 'DeploymentReady':
    case 'DeploymentFailed':
      return toJob(message.data.jobId);
    case 'TrialRequested':
    case 'TrialCancelRequested': {
      const { trialId } = message.data;
      return [{ aggregate: trainingTrial, id: trialId, command: { type: message.type, data: message.data } as never }];
    }
    default:
      return [];
  }
}
