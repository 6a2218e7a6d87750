import { nobodyTakes } from '@trainyard/contracts';
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
  const ahead = await count({ status: 'queued', submittedAt: { lt: state.submittedAt } });
  const since = state.history.findLast(({ data }) => data.stage === state.stage)?.at ?? state.submittedAt;
  const late = ports.clock.now() - since > PATIENCE_MS;
  const reason = searches
    ? searchReason(pool, late)
    : reasonOf(pool, ahead, late, await count({ status: 'running' }), await count({ status: 'tuning' }));
  return { pool, since: new Date(since).toISOString(), ahead, reason };
}

/** `running` and `tuning` are how many other jobs of the pool do so; whether somebody works on trials only training knows. */
function reasonOf(pool: string, ahead: number, late: boolean, running: number, tuning: number): string | null {
  if (running > 0)
    return `the workers of the pool ${pool} are busy with ${running} jobs; ${ahead} wait before this one`;
  if (!late) return null;
  if (tuning > 0)
    return `${tuning} searches of the pool ${pool} are under way; GET /api/v1/queues/${pool} says whether a worker has their trials`;
  return nobodyTakes(pool);
}

function searchReason(pool: string, late: boolean): string | null {
  return late
    ? `no trial of its search has ended yet; GET /api/v1/queues/${pool} says whether a worker has one, and why not`
    : null;
}
