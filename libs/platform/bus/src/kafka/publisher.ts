import { type Kafka, type Message, Partitioners, type Producer, type TopicMessages } from 'kafkajs';
import type { BusMessage } from '../bus.js';
import { BusError } from '../errors.js';
import type { BusLog } from '../log.js';
import { toBusError } from './kafka-errors.js';

interface Request {
  readonly messages: readonly BusMessage[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: BusError) => void;
}

/** What brokers accept at most in one batch of a partition, unless the topic says otherwise. */
const BATCH_BYTES = 900_000;

/**
 * Sends in order, one batch at a time; what is published meanwhile goes together in the next batch, so the rate grows
 * with the load while a single message is sent at once.
 */
export class Publisher {
  #producer: Promise<Producer> | undefined;
  #waiting: Request[] = [];
  #running: Promise<void> | undefined;
  #closed = false;
  #failing = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly log: BusLog,
  ) {}

  /** Whether the last thing tried worked. */
  get healthy(): boolean {
    return !this.#failing;
  }

  /** Connects ahead of the first publish, which then need not wait for it. */
  warm(): void {
    this.#connect().catch(() => undefined);
  }

  publish(messages: readonly BusMessage[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new BusError('BUS_CLOSED', 'The bus is closed.', false);
      let bytes = 0;
      for (const { value, key, headers } of messages)
        bytes += value.length + key.length + JSON.stringify(headers).length;
      this.#waiting.push({ messages, bytes, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Sends what waits, then disconnects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    const producer = await this.#producer?.catch(() => undefined);
    await producer?.disconnect().catch(() => undefined);
  }

  async #run(): Promise<void> {
    await undefined;
    while (this.#waiting.length > 0) await this.#deliver(this.#nextBatch());
    this.#running = undefined;
  }

  #nextBatch(): Request[] {
    let bytes = 0;
    let count = 0;
    for (const request of this.#waiting) {
      bytes += request.bytes;
      if (count > 0 && bytes > BATCH_BYTES) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #deliver(batch: readonly Request[]): Promise<void> {
    try {
      await this.#send(batch.flatMap(({ messages }) => messages));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const failure = toBusError(error, `publishing to ${[...topicsOf(batch)].join(', ')}`);
      const guilty = failure.code !== 'BUS_UNAVAILABLE' && failure.code !== 'BUS_FAILED';
      if (guilty && batch.length > 1) {
        // One of them is at fault: find out which, so that the others are not held up.
        for (const request of batch) await this.#deliver([request]);
      } else {
        for (const { reject } of batch) reject(failure);
      }
    }
  }

  async #send(messages: readonly BusMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const producer = await this.#connect();
    try {
      await producer.sendBatch({ topicMessages: byTopic(messages), acks: -1 });
      this.#failing = false;
    } catch (error) {
      // kafkajs takes the sequence numbers back when a send fails. Were that batch stored after all, the broker would
      // take the next one with the same numbers for its repetition and drop it. A new producer has a new identity.
      this.#producer = undefined;
      if (!this.#failing) this.log('warn', 'publishing to Kafka fails', { error: String(error) });
      this.#failing = true;
      producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  #connect(): Promise<Producer> {
    this.#producer ??= this.#create();
    return this.#producer;
  }

  async #create(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      // murmur2 of the key, as in Java's clients, so that producers in any language agree on the partition.
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    try {
      await producer.connect();
      if (this.#failing) this.log('info', 'the Kafka producer is connected again', {});
      this.#failing = false;
      return producer;
    } catch (error) {
      this.#producer = undefined;
      if (!this.#failing) this.log('warn', 'the Kafka producer cannot connect', { error: String(error) });
      this.#failing = true;
      producer.disconnect().catch(() => undefined);
      throw error;
    }
  }
}

function topicsOf(batch: readonly Request[]): Set<string> {
  return new Set(batch.flatMap(({ messages }) => messages.map(({ topic }) => topic)));
}

function byTopic(messages: readonly BusMessage[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, key, value, headers } of messages) {
    const list = topics.get(topic) ?? [];
    if (list.length === 0) topics.set(topic, list);
    list.push({ key, value: Buffer.from(value.buffer, value.byteOffset, value.byteLength), headers: { ...headers } });
  }
  return [...topics].map(([topic, list]) => ({ topic, messages: list }));
}
