import type { AnyAggregate } from './aggregate.js';
import { backoff } from './backoff.js';
import { failpoint } from './failpoint.js';
import type { FlowPorts } from './ports.js';
import { type AggregateRecord, fromStored, toStored } from './record.js';

/** How long an entry may lie in an outbox before the sweep looks after it. */
const SWEEP_AFTER_MS = 1000;
const SWEEP_BATCH = 200;

/**
 * Publishes what aggregates owe the world, then clears it. Each aggregate's events leave in order; different aggregates
 * leave side by side. A crash between publishing and clearing publishes again, with the same ids: receivers have absorbed them.
 */
export class Relay {
  private readonly busy = new Map<string, Promise<void>>();
  private readonly again = new Set<string>();

  constructor(
    private readonly ports: FlowPorts,
    private readonly signal: AbortSignal,
  ) {}

  /** Publishes the outbox of one aggregate now. Never rejects: what fails stays in the outbox for the sweep. */
  flush(aggregate: AnyAggregate, record: AggregateRecord<unknown>): Promise<void> {
    const key = `${aggregate.name}/${record.id}`;
    const running = this.busy.get(key);
    if (running) {
      this.again.add(key);
      return running;
    }
    const work = this.drain(aggregate, record, key).finally(() => this.busy.delete(key));
    this.busy.set(key, work);
    return work;
  }

  /** Publishes what a crash or an outage left behind in any outbox. */
  async sweep(aggregates: readonly AnyAggregate[]): Promise<void> {
    const before = this.ports.clock.now() - SWEEP_AFTER_MS;
    let pending = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const aggregate of aggregates) {
      const left = await this.ports.store.find(aggregate.name, {
        where: { flowOutboxAt: { lte: before } },
        orderBy: [['flowOutboxAt', 'asc']],
        limit: SWEEP_BATCH,
      });
      pending += left.length;
      oldest = Math.min(oldest, Number(left[0]?.index.flowOutboxAt ?? oldest));
      await Promise.all(left.map((document) => this.flush(aggregate, fromStored(document))));
    }
    this.ports.metrics?.outbox(pending, pending === 0 ? 0 : (this.ports.clock.now() - oldest) / 1000);
  }

  /** Resolves when nothing is being published. */
  async idle(): Promise<void> {
    while (this.busy.size > 0) await Promise.all(this.busy.values());
  }

  private async drain(aggregate: AnyAggregate, record: AggregateRecord<unknown>, key: string): Promise<void> {
    let current: AggregateRecord<unknown> | undefined = record;
    for (let attempt = 1; current && current.outbox.length > 0 && !this.signal.aborted; ) {
      try {
        await this.publish(current);
        current = await this.clear(aggregate, current);
        attempt = 1;
      } catch (error) {
        this.ports.log.warn(
          { aggregate: aggregate.name, id: record.id, error, attempt },
          'publishing an outbox failed',
        );
        if (attempt >= 5) return;
        await this.ports.clock.sleep(backoff(attempt++, 50, 2000), this.signal);
      }
    }
    if (this.again.delete(key) && !this.signal.aborted) {
      const stored = await this.ports.store.get(aggregate.name, record.id).catch(() => undefined);
      if (stored) await this.drain(aggregate, fromStored(stored), key);
    }
  }

  private async publish(record: AggregateRecord<unknown>): Promise<void> {
    const source = `trainyard/${this.ports.service}`;
    const encoded = await Promise.all(record.outbox.map((entry) => this.ports.codec.encode({ ...entry, source })));
    failpoint('before-publish', record.outbox[0]?.type);
    await this.ports.bus.publish(encoded);
    failpoint('after-publish', record.outbox[0]?.type);
    const now = this.ports.clock.now();
    for (const entry of record.outbox) this.ports.metrics?.published(entry.type, (now - entry.time) / 1000);
  }

  /** Removes the published entries; answers with the record as it is now, in case it owes more. */
  private async clear(
    aggregate: AnyAggregate,
    published: AggregateRecord<unknown>,
  ): Promise<AggregateRecord<unknown> | undefined> {
    const gone = new Set(published.outbox.map((entry) => entry.id));
    let current: AggregateRecord<unknown> | undefined = published;
    while (current) {
      const outbox = current.outbox.filter((entry) => !gone.has(entry.id));
      if (outbox.length === current.outbox.length) return current;
      const next = { ...current, revision: current.revision + 1, outbox };
      failpoint('before-outbox-clear', published.outbox[0]?.type);
      if (await this.ports.store.replace(aggregate.name, toStored(aggregate, next), current.revision)) return next;
      const stored = await this.ports.store.get(aggregate.name, published.id);
      current = stored && fromStored(stored);
    }
    return undefined;
  }
}
