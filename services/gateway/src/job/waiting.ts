import type { Flow } from '@trainyard/flow';
import { jobView } from './job-view.js';
import { type JobViewState, poolOf } from './state.js';

/** Why a job that is queued, or a search without a trial that has ended, does not go on yet. */
export interface Waiting {
  readonly pool: string;
  readonly since: string;
  /** Jobs of the pool that were asked for earlier and wait too. */
  readonly ahead: number;
  /** Null while a free worker is still expected to take it at once. */
  readonly reason: string | null;
}

/** A worker that is free takes a job within a second; after this long there is none. */
const PATIENCE_MS = 30_000;

/** What a job waits for, by what the store knows of the others; undefined for a job that does not wait. */
export async function waitingOf({ ports }: Flow, state: JobViewState): Promise<Waiting | undefined> {
  const searches = state.stage === 'tuning' && (state.study?.finished ?? 0) === 0;
  if ((state.stage !== 'queued' && !searches) || state.cancelAsked) return undefined;
  const pool = poolOf(state);
  const count = (where: object) => ports.store.count(jobView.name, { pool, ...where });
  const [ahead, running, tuning] = await Promise.all([
    count({ status: 'queued', submittedAt: { lt: state.submittedAt } }),
    count({ status: 'running' }),
    count({ status: 'tuning' }),
  ]);
  const since = state.history.findLast(({ data }) => data.stage === state.stage)?.at ?? state.submittedAt;
  const late = ports.clock.now() - since > PATIENCE_MS;
  const reason = searches ? searchReason(pool, late) : reasonOf({ pool, ahead, running, tuning, late });
  return { pool, since: new Date(since).toISOString(), ahead, reason };
}

interface Seen {
  readonly pool: string;
  readonly ahead: number;
  readonly running: number;
  readonly tuning: number;
  readonly late: boolean;
}

function reasonOf({ pool, ahead, running, tuning, late }: Seen): string | null {
  if (running > 0)
    return `the workers of the pool ${pool} are busy with ${running} jobs; ${ahead} wait before this one`;
  if (!late) return null;
  // Whether somebody works on trials only training knows.
  if (tuning > 0)
    return `${tuning} searches of the pool ${pool} are under way; GET /api/v1/queues/${pool} says whether a worker has their trials`;
  return `no worker has taken work of the pool ${pool} yet: start a process with ${pool} in TRAINING_SLOTS; on Kubernetes see why its pods do not run (kubectl get pods, kubectl describe pod)`;
}

function searchReason(pool: string, late: boolean): string | null {
  return late
    ? `no trial of its search has ended yet; GET /api/v1/queues/${pool} says whether a worker has one, and why not`
    : null;
}
