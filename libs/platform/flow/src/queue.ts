import type { Query, Store } from '@trainyard/store';
import type { AnyAggregate } from './aggregate.js';

/** Aggregates that wait for a worker. */
export interface Queue {
  /** What kind of work it is, in one word: `job`, `trial`, `evaluation`. */
  readonly kind: string;
  readonly aggregate: AnyAggregate;
  /** Which documents wait, oldest first: the first field they are ordered by tells since when (ms since 1970). */
  readonly waiting: (now: number) => Pick<Query, 'where' | 'orderBy'>;
}

/** A queue and the pool whose workers serve it. */
export interface PooledQueue {
  readonly pool: string;
  readonly queue: Queue;
}

/** One queue as it is now. */
export interface QueueMeasure {
  readonly work: string;
  readonly pool: string;
  readonly waiting: number;
  /** How long the oldest has waited; 0 when none waits. */
  readonly oldestSeconds: number;
}

/** Since when a document that waits has waited (ms since 1970). */
export function waitingSince(queue: Queue, index: Readonly<Record<string, unknown>>, now: number): number {
  const field = queue.waiting(now).orderBy?.[0]?.[0];
  const since = field === undefined ? undefined : index[field];
  return typeof since === 'number' ? since : now;
}

/** How long the queues are, from the store: two short queries for each. @throws StoreError */
export async function measureQueues(
  store: Store,
  now: number,
  queues: readonly PooledQueue[],
): Promise<QueueMeasure[]> {
  return Promise.all(
    queues.map(async ({ pool, queue }) => {
      const { kind, aggregate, waiting } = queue;
      const query = waiting(now);
      const [count, [oldest]] = await Promise.all([
        store.count(aggregate.name, query.where),
        store.find(aggregate.name, { ...query, limit: 1 }),
      ]);
      const since = oldest ? waitingSince(queue, oldest.index, now) : now;
      return { work: kind, pool, waiting: count, oldestSeconds: Math.max(0, now - since) / 1000 };
    }),
  );
}
