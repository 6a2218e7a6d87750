import type { Flow } from '@trainyard/flow';
import { jobView } from './job-view.js';
import { type JobViewState, poolOf } from './state.js';

/** Why a queued job does not run yet. */
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

/** What a queued job waits for, by what the store knows of the others; undefined for a job that does not wait. */
export async function waitingOf({ ports }: Flow, state: JobViewState): Promise<Waiting | undefined> {
  if (state.stage !== 'queued' || state.cancelAsked) return undefined;
  const pool = poolOf(state);
  const count = (where: object) => ports.store.count(jobView.name, { pool, ...where });
  const [ahead, running, tuning] = await Promise.all([
    count({ status: 'queued', submittedAt: { lt: state.submittedAt } }),
    count({ status: 'running' }),
    count({ status: 'tuning' }),
  ]);
  const since = state.history.findLast(({ data }) => data.stage === 'queued')?.at ?? state.submittedAt;
  const late = ports.clock.now() - since > PATIENCE_MS;
  return { pool, since: new Date(since).toISOString(), ahead, reason: reasonOf(pool, ahead, running + tuning, late) };
}

function reasonOf(pool: string, ahead: number, atWork: number, late: boolean): string | null {
  if (atWork > 0) return `the workers of the pool ${pool} are busy with ${atWork} jobs; ${ahead} wait before this one`;
  if (!late) return null;
  return `no worker has taken work of the pool ${pool} yet: start a process with ${pool} in TRAINING_SLOTS; on Kubernetes see why its pods do not run (kubectl get pods, kubectl describe pod)`;
}
