import type { AnyAggregate } from './aggregate.js';
import { isRetriable, Rejection } from './errors.js';
import type { Flow } from './flow.js';

const BATCH = 200;

/** Wakes every aggregate whose `wakeAt` has passed: expired leases, back-offs, time limits. */
export async function wakeDue(flow: Flow, aggregates: readonly AnyAggregate[]): Promise<void> {
  const { store, clock, log } = flow.ports;
  for (const aggregate of aggregates) {
    if (!aggregate.wakeAt) continue;
    const due = await store.find(aggregate.name, {
      where: { flowWakeAt: { lte: clock.now() } },
      orderBy: [['flowWakeAt', 'asc']],
      limit: BATCH,
    });
    for (const { id } of due) {
      try {
        await flow.handle(aggregate, id, { type: 'Wake' });
      } catch (error) {
        if (isRetriable(error)) throw error;
        if (!(error instanceof Rejection))
          log.error({ aggregate: aggregate.name, id, error }, 'waking an aggregate failed');
      }
    }
  }
}
