import { randomUUID } from 'node:crypto';
import { type Bus, type Delivery, openBus } from '@trainyard/bus';
import { topics } from '@trainyard/contracts';

/** Everything that was ever published on the platform's topics, dead letters included, as any consumer reads it. */
export class TopicLog {
  readonly deliveries: Delivery[] = [];

  private constructor(readonly bus: Bus) {}

  static async open(brokers: string): Promise<TopicLog> {
    const log = new TopicLog(await openBus({ brokers, clientId: 'chaos' }));
    await log.bus.ensureTopics(topics);
    await log.bus.subscribe({
      group: `chaos.${randomUUID()}`,
      topics: topics.map(({ name }) => name),
      handler: async (delivery) => void log.deliveries.push(delivery),
    });
    return log;
  }

  /** The events of one type under one key. One that was published twice with the same id counts once. */
  events(type: string, key: string): Delivery[] {
    const found = this.deliveries.filter(
      ({ key: own, headers, topic }) =>
        own === key && !topic.endsWith('.dead') && headers.ce_type?.split('.').pop() === type,
    );
    return [...new Map(found.map((one) => [`${one.headers.ce_source}|${one.headers.ce_id}`, one])).values()];
  }

  get dead(): Delivery[] {
    return this.deliveries.filter(({ topic }) => topic.endsWith('.dead'));
  }

  close(): Promise<void> {
    return this.bus.close();
  }
}
