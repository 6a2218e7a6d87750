import type { Kafka } from 'kafkajs';
import type { Backlog, Bus, BusMessage, Subscription, TopicSpec } from '../bus.js';
import { BusError } from '../errors.js';
import { type BusLog, noLog } from '../log.js';
import { CONSUMING_RETRIES, createKafka, type KafkaBusOptions, PUBLISHING_RETRIES } from './kafka-client.js';
import { KafkaSubscription } from './kafka-subscription.js';
import { Publisher } from './publisher.js';
import { ensureTopics } from './topics.js';

/**
 * Events through Apache Kafka 3.9 or later. Brokers may be killed and come back: publishing waits about 10 s before it
 * rejects with a retriable BusError, consumers start again for ever, and the process is never ended.
 */
export class KafkaBus implements Bus {
  readonly #kafka: Kafka;
  readonly #consuming: Kafka;
  readonly #log: BusLog;
  readonly #publisher: Publisher;
  readonly #sessionTimeoutMs: number;
  readonly #subscriptions = new Set<KafkaSubscription>();
  #closed = false;

  constructor(options: KafkaBusOptions) {
    this.#log = options.log ?? noLog;
    this.#kafka = createKafka(options, PUBLISHING_RETRIES, this.#log);
    this.#consuming = createKafka(options, CONSUMING_RETRIES, this.#log);
    this.#publisher = new Publisher(this.#kafka, this.#log);
    this.#sessionTimeoutMs = options.sessionTimeoutMs ?? 10_000;
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.#check();
    this.#publisher.warm();
    await ensureTopics(this.#kafka, topics);
  }

  async publish(messages: readonly BusMessage[]): Promise<void> {
    this.#check();
    for (const { topic, key } of messages) {
      if (!topic || typeof key !== 'string') {
        throw new BusError('BUS_INVALID_MESSAGE', 'A message needs a topic and a key (a string).', false);
      }
    }
    await this.#publisher.publish(messages);
  }

  async subscribe(subscription: Subscription): Promise<{ stop(): Promise<void> }> {
    this.#check();
    this.#publisher.warm();
    const { sessionTimeoutMs, kafka, log } = {
      sessionTimeoutMs: this.#sessionTimeoutMs,
      kafka: this.#consuming,
      log: this.#log,
    };
    const consumer = new KafkaSubscription(subscription, { kafka, log, sessionTimeoutMs });
    this.#subscriptions.add(consumer);
    await consumer.start();
    let stopped: Promise<void> | undefined;
    const stop = () => {
      this.#subscriptions.delete(consumer);
      stopped ??= consumer.stop();
      return stopped;
    };
    return { stop };
  }

  /** Whether the last publish worked and every consumer heard from the broker lately. */
  connected(): boolean {
    return !this.#closed && this.#publisher.healthy && [...this.#subscriptions].every(({ healthy }) => healthy);
  }

  backlog(group: string): Backlog[] {
    return [...this.#subscriptions].flatMap((subscription) => subscription.backlogOf(group));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop()));
    this.#subscriptions.clear();
    await this.#publisher.close();
  }

  #check(): void {
    if (this.#closed) throw new BusError('BUS_CLOSED', 'The bus is closed.', false);
  }
}
