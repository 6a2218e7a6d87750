import { nobodyTakes } from '@trainyard/contracts';
import type { Flow } from '@trainyard/flow';
import { trainingJob } from '../job/job.js';
import { trainingTrial } from '../trial/trial.js';

/** What a pool has to do: jobs and trials alike. */
export interface Queue {
  readonly pool: string;
  /** May be taken now. */
  readonly waiting: number;
  /** Held by a worker under a lease, which may just have run out. */
  readonly running: number;
  /** How long the oldest has been waiting (s); 0 when none waits. */
  readonly oldestWaitingSeconds: number;
  /** Why nothing moves; null while something does. */
  readonly reason: string | null;
}

const works = [trainingJob, trainingTrial];

/** Counts what waits and runs, in the store: the numbers are right whichever processes are alive. */
export async function queueOf(flow: Flow, pool: string): Promise<Queue> {
  const { store, clock } = flow.ports;
  const now = clock.now();
  const waitsNow = { queue: pool, availableAt: { lte: now } };
  const each = await Promise.all(
    works.map(async ({ name }) => ({
      waiting: await store.count(name, waitsNow),
      running: await store.count(name, { pool, status: 'running' }),
      oldest: await store.find(name, { where: waitsNow, orderBy: [['availableAt', 'asc']], limit: 1 }),
    })),
  );
  const waiting = each.reduce((sum, counted) => sum + counted.waiting, 0);
  const running = each.reduce((sum, counted) => sum + counted.running, 0);
  const since = each.flatMap(({ oldest }) => oldest.map(({ index }) => Number(index.availableAt)));
  const oldestWaitingSeconds = since.length > 0 ? Math.max(0, now - Math.min(...since)) / 1000 : 0;
  return { pool, waiting, running, oldestWaitingSeconds, reason: reasonOf(pool, waiting, running) };
}

function reasonOf(pool: string, waiting: number, running: number): string | null {
  if (waiting === 0 || running > 0) return null;
  return nobodyTakes(pool);
}
