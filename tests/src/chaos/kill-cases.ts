import type { Failpoint } from '@trainyard/flow';
import type { ServiceName } from './cluster.js';

/** One kill: which service, at which step, of what (an event or aggregate, and which time), in which job. */
export interface KillCase {
  readonly service: ServiceName;
  readonly point: Failpoint;
  readonly detail: string;
  readonly count: number;
  readonly search: boolean;
  /** One of those that every run of the tests makes: each service and each step is among them. */
  readonly representative: boolean;
}

/** What a service does in every job: the aggregate it writes, the event it publishes, the message it hears. */
interface Duties {
  readonly writes: string;
  readonly publishes: string;
  readonly hears: string;
  readonly search?: boolean;
}

const duties: Readonly<Record<ServiceName, Duties>> = {
  gateway: { writes: 'JobView', publishes: 'TrainRequested', hears: 'TrainCompleted' },
  training: { writes: 'TrainingJob', publishes: 'TrainCompleted', hears: 'TrainRequested' },
  optimizer: { writes: 'Study', publishes: 'TrialRecorded', hears: 'TrialCompleted', search: true },
  evaluator: { writes: 'Evaluation', publishes: 'EvaluationCompleted', hears: 'TrainCompleted' },
  registry: { writes: 'Model', publishes: 'ModelVersionRegistered', hears: 'EvaluationCompleted' },
  serving: { writes: 'Deployment', publishes: 'DeploymentReady', hears: 'DeploymentRequested' },
};

/**
 * Every service at every step that occurs in it. The second write of leased work is its claim: the process dies with
 * the lease in its hands, and another must wait for the lease to end.
 */
export const killCases: readonly KillCase[] = (Object.keys(duties) as ServiceName[]).flatMap((service, row) => {
  const { writes, publishes, hears, search = false } = duties[service];
  const at = (point: Failpoint, detail: string, count = 1) => ({ service, point, detail, count, search });
  const cases = [
    at('before-state-write', writes),
    at('after-state-write', writes),
    at('after-state-write', writes, 2),
    at('before-publish', publishes),
    at('after-publish', publishes),
    at('before-outbox-clear', publishes),
    at('before-offset-commit', hears),
    at('after-offset-commit', hears),
    ...(service === 'training' ? [at('mid-training', 'progress', 3)] : []),
  ];
  return cases.map((one, column) => ({
    ...one,
    representative: column % 6 === row || one.point === 'mid-training',
  }));
});
