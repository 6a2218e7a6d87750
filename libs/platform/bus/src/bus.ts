/** One message on a topic: `key` orders, `value` is the encoded event, headers are plain strings (CloudEvents binary mode). */
export interface BusMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** `attempt` counts from 1 within this process. */
export interface Delivery extends BusMessage {
  readonly partition: number;
  readonly offset: string;
  readonly attempt: number;
}

/**
 * Resolves when the effects are stored; rejects to be redelivered (after back-off). The signal aborts when the
 * subscription stops or the message was given to another process: finish or give up soon.
 */
export type Handler = (delivery: Delivery, signal: AbortSignal) => Promise<void>;

export interface Subscription {
  readonly group: string;
  readonly topics: readonly string[];
  readonly handler: Handler;
  /**
   * `group` (default): each message once per group, at least once, committed after the handler resolves; messages of
   * one topic and key are handled in order, one at a time. `broadcast`: every process gets each new message; may be lost.
   */
  readonly mode?: 'group' | 'broadcast';
  /** How many messages of different keys are handled at the same time in this process (default 16). */
  readonly concurrency?: number;
  /** Told after an offset was committed: all messages of the partition before it are done. Kafka and `group` only. */
  readonly onCommitted?: (topic: string, partition: number, offset: string) => void;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Milliseconds; -1 keeps messages for ever; default: the broker's. */
  readonly retentionMs?: number;
}

/** What one topic holds for a group. */
export interface Backlog {
  readonly topic: string;
  readonly messages: number;
}

/** Events between services. All methods throw {@link BusError}. */
export interface Bus {
  /** Creates the topics that are missing and leaves the others as they are. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Resolves when the messages are safe: in Kafka, acknowledged by all replicas; embedded, handled by every group. */
  publish(messages: readonly BusMessage[]): Promise<void>;
  /** Resolves when messages published from now on will be received. */
  subscribe(subscription: Subscription): Promise<{ stop(): Promise<void> }>;
  connected(): boolean;
  /**
   * How many messages of the partitions that a group of this process reads are not handled yet, by topic, as of the last
   * fetch. Where a publisher waits for the handlers there is no such thing.
   */
  backlog?(group: string): readonly Backlog[];
  close(): Promise<void>;
}
