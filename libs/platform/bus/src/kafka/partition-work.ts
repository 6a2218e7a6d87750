import type { KafkaMessage } from 'kafkajs';
import type { Delivery } from '../bus.js';

interface Entry {
  readonly message: KafkaMessage;
  readonly key: string;
  readonly bytes: number;
  done: boolean;
}

export interface PartitionOptions {
  readonly topic: string;
  readonly partition: number;
  /** Handles one message to its end, trying again as often as the mode asks; resolves false when it gave up. */
  readonly handle: (delivery: Omit<Delivery, 'attempt'>, partition: PartitionWork) => Promise<boolean>;
  /** Called when the offset to commit has advanced, or when there is room again. */
  readonly progressed: (partition: PartitionWork) => void;
  /** What must end first: the handlers of the same partition from before a rebalance. */
  readonly after: Promise<void>;
}

/** How far handling may run ahead of the first message that is not done. */
const WINDOW_MESSAGES = 1000;
const WINDOW_BYTES = 32 << 20;

/** The messages of one assigned partition: in order for each key, different keys at the same time. */
export class PartitionWork {
  readonly topic: string;
  readonly partition: number;
  /** Aborts when the partition was given to another process. */
  readonly lost = new AbortController();
  /** Aborts when nothing more shall be started here. */
  readonly dropped = new AbortController();
  /** The offset to commit: every message before it is done. */
  position: string | undefined;
  committed: string | undefined;
  /** Whether fetching is paused because the window is full. */
  paused = false;
  /** As of the last fetch. */
  #end = 0n;
  #window: Entry[] = [];
  #bytes = 0;
  readonly #lanes = new Map<string, Entry[]>();
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly options: PartitionOptions) {
    this.topic = options.topic;
    this.partition = options.partition;
  }

  /** Messages that are not handled yet, as of the last fetch. */
  get backlog(): number {
    const next = this.#window[0]?.message.offset ?? this.position;
    return next === undefined ? 0 : Math.max(0, Number(this.#end - BigInt(next)));
  }

  get full(): boolean {
    return this.#window.length >= WINDOW_MESSAGES || this.#bytes >= WINDOW_BYTES;
  }

  get hasRoom(): boolean {
    return this.#window.length < WINDOW_MESSAGES / 2 && this.#bytes < WINDOW_BYTES / 2;
  }

  /** @param end the offset that the partition's next message will have */
  add(messages: readonly KafkaMessage[], end: string): void {
    if (this.dropped.signal.aborted) return;
    this.#end = BigInt(end);
    for (const message of messages) {
      const key = message.key?.toString() ?? '';
      const entry = { message, key, bytes: message.value?.length ?? 0, done: false };
      this.#window.push(entry);
      this.#bytes += entry.bytes;
      const lane = this.#lanes.get(key);
      if (lane) {
        lane.push(entry);
      } else {
        const created = [entry];
        this.#lanes.set(key, created);
        const run = this.#run(key, created).finally(() => this.#running.delete(run));
        this.#running.add(run);
      }
    }
  }

  /** Starts no more handlers; those in progress are told by the signal when the partition is no longer ours. */
  drop(lost: boolean): void {
    this.dropped.abort();
    if (lost) this.lost.abort();
  }

  /** Resolves when the handlers in progress have ended. */
  async idle(): Promise<void> {
    await this.options.after;
    await Promise.all(this.#running);
  }

  async #run(key: string, lane: Entry[]): Promise<void> {
    await this.options.after;
    for (let entry = lane[0]; entry && !this.dropped.signal.aborted; entry = lane[0]) {
      const { topic, partition } = this;
      const { message } = entry;
      const value = message.value ?? new Uint8Array();
      const delivery = { topic, partition, key, value, offset: message.offset, headers: headersOf(message) };
      if (!(await this.options.handle(delivery, this))) return;
      lane.shift();
      entry.done = true;
      this.#advance();
    }
    this.#lanes.delete(key);
  }

  #advance(): void {
    let done = 0;
    for (const entry of this.#window) {
      if (!entry.done) break;
      this.#bytes -= entry.bytes;
      done += 1;
    }
    if (done === 0) return;
    this.position = String(BigInt(this.#window[done - 1]!.message.offset) + 1n);
    this.#window.splice(0, done);
    this.options.progressed(this);
  }
}

function headersOf(message: KafkaMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) headers[name] = first.toString();
  }
  return headers;
}
