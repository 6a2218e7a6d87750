import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Backlog, Delivery, Subscription } from '../bus.js';
import type { BusLog } from '../log.js';
import { DEFAULT_CONCURRENCY, Slots } from '../slots.js';
import { Committer } from './committer.js';
import { CONSUMING_RETRIES } from './kafka-client.js';
import { PartitionWork } from './partition-work.js';

export interface SubscriptionOptions {
  readonly kafka: Kafka;
  readonly log: BusLog;
  readonly sessionTimeoutMs: number;
}

const FIRST_BACK_OFF = 50;
const LAST_BACK_OFF = 5000;
/** How long handlers in progress may take to end when the subscription stops, in milliseconds. */
const STOP_PATIENCE = 10_000;
/**
 * How long a rebalance waits for members that may be dead, in milliseconds. Living ones answer within a second, because
 * handling does not hold up their heartbeats.
 */
const REBALANCE_TIMEOUT = 3000;
const DISCONNECT_PATIENCE = 5000;
/** A consumer that neither reads nor ends is replaced; longer than kafkajs tries to reach a broker, in milliseconds. */
const LONGEST_SILENCE = 75_000;

/**
 * One consumer of a group that keeps itself alive. Fetching and handling are apart: kafkajs hands a batch over and goes
 * on fetching and heartbeating, so a slow or failing message holds up neither other partitions nor the membership.
 */
export class KafkaSubscription {
  readonly #subscription: Subscription;
  readonly #options: SubscriptionOptions;
  readonly #log: BusLog;
  readonly #broadcast: boolean;
  readonly #groupId: string;
  readonly #slots: Slots;
  readonly #stopping = new AbortController();
  readonly #partitions = new Map<string, PartitionWork>();
  /** Partitions of an earlier assignment whose handlers have not ended yet. */
  readonly #leaving = new Map<string, PartitionWork>();
  #consumer: Consumer | undefined;
  #committer: Committer | undefined;
  #lastFetch = 0;
  #supervision: Promise<void> = Promise.resolve();

  constructor(subscription: Subscription, options: SubscriptionOptions) {
    this.#subscription = subscription;
    this.#options = options;
    this.#broadcast = subscription.mode === 'broadcast';
    this.#groupId = this.#broadcast ? `${subscription.group}.broadcast.${randomUUID()}` : subscription.group;
    this.#slots = new Slots(subscription.concurrency ?? DEFAULT_CONCURRENCY);
    this.#log = (level, message, details) => options.log(level, message, { group: this.#groupId, ...details });
  }

  /** Whether the broker answered lately. */
  get healthy(): boolean {
    return Date.now() - this.#lastFetch < this.#options.sessionTimeoutMs;
  }

  /** Resolves when the consumer has joined its group and knows from where it reads; waits for a broker that is away. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#supervision = this.#supervise(resolve);
    });
  }

  /** What its topics hold, when it reads for this group. */
  backlogOf(group: string): Backlog[] {
    if (this.#broadcast || this.#groupId !== group) return [];
    return this.#subscription.topics.map((topic) => {
      const partitions = [...this.#partitions.values()].filter((partition) => partition.topic === topic);
      return { topic, messages: partitions.reduce((sum, { backlog }) => sum + backlog, 0) };
    });
  }

  async stop(): Promise<void> {
    for (const partition of this.#partitions.values()) partition.drop(true);
    this.#stopping.abort();
    await this.#supervision;
    if (this.#broadcast) await this.#deleteGroup();
  }

  /** Runs one consumer after the other, as each of them ends, until the subscription stops. */
  async #supervise(joined: () => void): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      const began = Date.now();
      const reason = await this.#runConsumer(joined);
      if (signal.aborted) break;
      failures = Date.now() - began > 60_000 ? 0 : failures + 1;
      const wait = backOff(failures);
      this.#log('warn', 'the Kafka consumer ended and starts again', { reason, waitMs: Math.round(wait) });
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
    joined();
  }

  /** Resolves with the reason when the consumer crashed, hangs, or the subscription stops. */
  async #runConsumer(joined: () => void): Promise<string> {
    const consumer = this.#createConsumer();
    this.#consumer = consumer;
    const ended = this.#endOf(consumer, joined);
    this.#committer = new Committer(
      (offsets) => consumer.commitOffsets(offsets),
      () => this.#partitions.values(),
      this.#log,
      this.#subscription.onCommitted,
    );
    const never = new Promise<never>(() => {});
    const failed = this.#startConsumer(consumer).then(() => never, String);
    const reason = await Promise.race([ended, failed]);
    this.#dropAll();
    const disconnected = consumer.disconnect().catch((error) => this.#log('debug', String(error), {}));
    // Without a broker kafkajs does not stop before its retries are over.
    await Promise.race([disconnected, sleep(DISCONNECT_PATIENCE, undefined, { ref: false })]);
    return reason;
  }

  async #startConsumer(consumer: Consumer): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topics: [...this.#subscription.topics], fromBeginning: !this.#broadcast });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 16,
      eachBatch: async (payload) => this.#accept(payload, consumer),
    });
  }

  #createConsumer(): Consumer {
    const { sessionTimeoutMs } = this.#options;
    return this.#options.kafka.consumer({
      groupId: this.#groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: Math.min(REBALANCE_TIMEOUT, sessionTimeoutMs),
      heartbeatInterval: Math.min(500, sessionTimeoutMs / 5),
      // Data is answered at once in any case; this bounds how long heartbeats, rebalances and stops wait.
      maxWaitTimeInMs: 100,
      metadataMaxAge: 60_000,
      retry: { retries: CONSUMING_RETRIES },
    });
  }

  #endOf(consumer: Consumer, joined: () => void): Promise<string> {
    const { GROUP_JOIN, FETCH, CRASH, HEARTBEAT } = consumer.events;
    const { signal } = this.#stopping;
    return new Promise((resolve) => {
      let lastSign = Date.now();
      let member = false;
      consumer.on(GROUP_JOIN, ({ payload }) => {
        if (consumer !== this.#consumer) return;
        lastSign = Date.now();
        member = true;
        this.#assign(payload.memberAssignment);
      });
      consumer.on(FETCH, () => {
        if (consumer !== this.#consumer) return;
        lastSign = Date.now();
        this.#lastFetch = lastSign;
        if (member) joined();
      });
      consumer.on(HEARTBEAT, () => {
        lastSign = Date.now();
      });
      consumer.on(CRASH, ({ payload }) => end(String(payload.error)));
      const watch = setInterval(() => {
        if (Date.now() - lastSign > LONGEST_SILENCE) end('no sign of life');
      }, 1000);
      watch.unref();
      const end = (reason: string) => {
        clearInterval(watch);
        resolve(reason);
      };
      if (signal.aborted) end('stopped');
      signal.addEventListener('abort', () => void this.#settled().then(() => end('stopped')), { once: true });
    });
  }

  /** Waits for the handlers in progress and commits: until then the consumer must stay a member of its group. */
  async #settled(): Promise<void> {
    const ended = Promise.all([...this.#partitions.values()].map((partition) => partition.idle()));
    await Promise.race([ended, sleep(STOP_PATIENCE, undefined, { ref: false })]);
    await this.#committer?.flush();
  }

  /**
   * Starts afresh with what is assigned now. kafkajs reads again from the committed offsets, so what was fetched
   * before is forgotten; a handler still busy with a partition ends before its messages are handled again.
   */
  #assign(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.#dropAll();
    const assigned = new Set(
      Object.entries(assignment).flatMap(([topic, partitions]) => partitions.map((id) => nameOf(topic, id))),
    );
    for (const [name, partition] of this.#leaving) if (!assigned.has(name)) partition.lost.abort();
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const name = nameOf(topic, partition);
        const work = new PartitionWork({
          topic,
          partition,
          after: this.#leaving.get(name)?.idle() ?? Promise.resolve(),
          handle: (delivery, where) => this.#handle(delivery, where),
          progressed: (where) => this.#progressed(where),
        });
        this.#partitions.set(name, work);
      }
    }
  }

  #dropAll(): void {
    for (const [name, partition] of this.#partitions) {
      if (partition.paused) this.#resume(partition);
      partition.drop(false);
      this.#leaving.set(name, partition);
      void partition.idle().then(() => {
        if (this.#leaving.get(name) === partition) this.#leaving.delete(name);
      });
    }
    this.#partitions.clear();
  }

  #accept({ batch, resolveOffset, isRunning, isStale }: EachBatchPayload, consumer: Consumer): void {
    if (consumer !== this.#consumer) return;
    const partition = this.#partitions.get(nameOf(batch.topic, batch.partition));
    if (!partition || this.#stopping.signal.aborted || !isRunning() || isStale()) return;
    partition.add(batch.messages, batch.highWatermark);
    // Where to fetch next; what to commit is another matter.
    resolveOffset(batch.lastOffset());
    if (partition.full && !partition.paused) {
      partition.paused = true;
      this.#consumer?.pause([{ topic: batch.topic, partitions: [batch.partition] }]);
    }
  }

  #progressed(partition: PartitionWork): void {
    if (this.#partitions.get(nameOf(partition.topic, partition.partition)) !== partition) return;
    if (partition.paused && partition.hasRoom) this.#resume(partition);
    if (!this.#broadcast) this.#committer?.schedule();
  }

  #resume(partition: PartitionWork): void {
    partition.paused = false;
    this.#consumer?.resume([{ topic: partition.topic, partitions: [partition.partition] }]);
  }

  /** Tries until the handler resolves, or once for a broadcast. Resolves false when the partition was dropped first. */
  async #handle(message: Omit<Delivery, 'attempt'>, partition: PartitionWork): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      await this.#slots.take();
      try {
        if (partition.dropped.signal.aborted) return false;
        await this.#subscription.handler({ ...message, attempt }, partition.lost.signal);
        return true;
      } catch (error) {
        const { topic, offset } = message;
        this.#log('warn', 'a handler failed', { topic, partition: message.partition, offset, attempt, error });
        if (this.#broadcast) return true;
      } finally {
        this.#slots.give();
      }
      await sleep(backOff(attempt), undefined, { signal: partition.dropped.signal }).catch(() => undefined);
    }
  }

  async #deleteGroup(): Promise<void> {
    const admin = this.#options.kafka.admin({ retry: { retries: 1 } });
    try {
      await admin.connect();
      await admin.deleteGroups([this.#groupId]);
    } catch (error) {
      // It has no members and no offsets, so the broker forgets it anyway.
      this.#log('debug', 'the broadcast group was not deleted', { error: String(error) });
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
}

function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/** 50 ms, doubling up to 5 s, with jitter so that not all try at the same moment. */
function backOff(attempt: number): number {
  return Math.min(FIRST_BACK_OFF * 2 ** (attempt - 1), LAST_BACK_OFF) * (0.75 + Math.random() / 2);
}
