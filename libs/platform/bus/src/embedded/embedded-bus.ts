import type { Bus, BusMessage, Subscription, TopicSpec } from '../bus.js';
import { BusError } from '../errors.js';
import { type BusLog, noLog } from '../log.js';
import { Broadcast } from './broadcast.js';
import { Group } from './group.js';
import { currentHandling } from './handling.js';

export interface EmbeddedBusOptions {
  readonly log?: BusLog;
  /** How long a handler may wait for a publish that waits for it, before BUS_DEADLOCK; milliseconds (default 2000). */
  readonly deadlockMs?: number;
}

/**
 * Events between services in one process. It keeps nothing: a publish resolves when the handlers of all groups have
 * resolved and rejects when one rejected, and then the sender's outbox publishes again. So subscribe every group
 * before the first outbox is published. A group that has stopped is not forgotten: publishing to it rejects.
 *
 * A handler may wait for its own publishes, except of what its own lane (group, topic and key) must handle after it:
 * that rejects with BUS_DEADLOCK.
 */
export class EmbeddedBus implements Bus {
  readonly #log: BusLog;
  readonly #deadlockMs: number;
  readonly #groups = new Map<string, Group>();
  readonly #broadcasts = new Set<Broadcast>();
  readonly #stops = new Set<() => Promise<void>>();
  #offset = 0;
  #closed = false;

  constructor(options: EmbeddedBusOptions = {}) {
    this.#log = options.log ?? noLog;
    this.#deadlockMs = options.deadlockMs ?? 2000;
  }

  async ensureTopics(_topics: readonly TopicSpec[]): Promise<void> {
    this.#check();
  }

  async publish(messages: readonly BusMessage[]): Promise<void> {
    this.#check();
    const deliveries = this.#deliverAll(messages);
    const handling = currentHandling.getStore();
    await (handling ? handling.whilePublishing(deliveries) : deliveries);
  }

  async subscribe(subscription: Subscription): Promise<{ stop(): Promise<void> }> {
    this.#check();
    const member = subscription.mode === 'broadcast' ? this.#listen(subscription) : this.#join(subscription);
    const stop = async () => {
      this.#stops.delete(stop);
      await member.stop();
    };
    this.#stops.add(stop);
    return { stop };
  }

  connected(): boolean {
    return !this.#closed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#stops].map((stop) => stop()));
  }

  #join(subscription: Subscription): { stop(): Promise<void> } {
    const { group: name } = subscription;
    const group = this.#groups.get(name) ?? new Group(name, this.#deadlockMs);
    this.#groups.set(name, group);
    return group.join(subscription);
  }

  #listen(subscription: Subscription): { stop(): Promise<void> } {
    const broadcast = new Broadcast(subscription, this.#log);
    this.#broadcasts.add(broadcast);
    return {
      stop: async () => {
        this.#broadcasts.delete(broadcast);
        await broadcast.stop();
      },
    };
  }

  /** Waits for all, also when one failed: the next publish of the same messages must not meet this one. */
  async #deliverAll(messages: readonly BusMessage[]): Promise<void> {
    const failed = new Set<object>();
    const deliveries: Promise<void>[] = [];
    for (const message of messages) {
      const offset = String(this.#offset++);
      for (const broadcast of this.#broadcasts) broadcast.offer(message, offset);
      for (const group of this.#groups.values()) {
        if (group.wants(message.topic)) deliveries.push(group.deliver(message, offset, failed));
      }
    }
    for (const result of await Promise.allSettled(deliveries)) if (result.status === 'rejected') throw result.reason;
  }

  #check(): void {
    if (this.#closed) throw new BusError('BUS_CLOSED', 'The bus is closed.', false);
  }
}
