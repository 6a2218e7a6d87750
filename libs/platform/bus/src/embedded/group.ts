import type { BusMessage, Handler, Subscription } from '../bus.js';
import { BusError } from '../errors.js';
import { DEFAULT_CONCURRENCY, Slots } from '../slots.js';
import { currentHandling, Handling } from './handling.js';

interface Task {
  readonly message: BusMessage;
  readonly offset: string;
  readonly parent: Handling | undefined;
  /** The lanes in which a message of the same publish failed: later ones must not overtake it. */
  readonly failed: Set<Lane>;
  readonly resolve: () => void;
  readonly reject: (error: BusError) => void;
  timer?: NodeJS.Timeout;
}

/** The messages of one topic and key, handled one at a time. */
interface Lane {
  readonly name: string;
  readonly topic: string;
  readonly queue: Task[];
  running: boolean;
}

interface Member {
  readonly handler: Handler;
  readonly slots: Slots;
  readonly stopping: AbortController;
  readonly inFlight: Set<Promise<void>>;
}

/** All subscriptions of one group: each message goes to one of them. */
export class Group {
  readonly #members = new Map<string, Member[]>();
  readonly #lanes = new Map<string, Lane>();

  constructor(
    readonly name: string,
    private readonly deadlockMs: number,
  ) {}

  /** Whether the group wants the topic, even if nobody is there to handle it right now. */
  wants(topic: string): boolean {
    return this.#members.has(topic);
  }

  join(subscription: Subscription): { stop(): Promise<void> } {
    const member: Member = {
      handler: subscription.handler,
      slots: new Slots(subscription.concurrency ?? DEFAULT_CONCURRENCY),
      stopping: new AbortController(),
      inFlight: new Set(),
    };
    for (const topic of subscription.topics) this.#members.set(topic, [...(this.#members.get(topic) ?? []), member]);
    return { stop: () => this.#leave(subscription.topics, member) };
  }

  /** Resolves when the handler has; rejects when it did. `failed` is shared by all messages of one publish. */
  deliver(message: BusMessage, offset: string, failed: Set<object>): Promise<void> {
    return new Promise((resolve, reject) => {
      const lane = this.#lane(message);
      const parent = currentHandling.getStore();
      const task: Task = { message, offset, parent, failed: failed as Set<Lane>, resolve, reject };
      if (parent?.holds(lane)) task.timer = setTimeout(() => this.#giveUp(lane, task), this.deadlockMs);
      lane.queue.push(task);
      if (!lane.running) void this.#run(lane);
    });
  }

  #lane(message: BusMessage): Lane {
    const name = `${message.topic}\n${message.key}`;
    const lane = this.#lanes.get(name) ?? { name, topic: message.topic, queue: [], running: false };
    this.#lanes.set(name, lane);
    return lane;
  }

  async #run(lane: Lane): Promise<void> {
    lane.running = true;
    // The publisher goes on first: a handler never runs inside the call that published.
    await undefined;
    for (let task = lane.queue.shift(); task; task = lane.queue.shift()) {
      clearTimeout(task.timer);
      await this.#handle(lane, task);
    }
    lane.running = false;
    this.#lanes.delete(lane.name);
  }

  async #handle(lane: Lane, task: Task): Promise<void> {
    const { topic, key } = task.message;
    const members = this.#members.get(topic)!;
    const member = members[hash(key) % members.length];
    if (!member) return task.reject(this.#nobody(topic));
    if (task.failed.has(lane)) {
      const message = `Group "${this.name}" was not given a message of ${topic} because an earlier one with its key failed.`;
      return task.reject(new BusError('BUS_HANDLER_FAILED', message, true));
    }
    await member.slots.take();
    if (member.stopping.signal.aborted) {
      member.slots.give();
      return task.reject(this.#nobody(topic));
    }
    const handling = new Handling(lane, task.parent, member.slots);
    const delivery = { ...task.message, partition: 0, offset: task.offset, attempt: 1 };
    const call = currentHandling.run(handling, async () => member.handler(delivery, member.stopping.signal));
    const settled = call.then(task.resolve, (cause) => {
      task.failed.add(lane);
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `Group "${this.name}" could not handle a message of ${topic}: ${reason}`;
      task.reject(new BusError('BUS_HANDLER_FAILED', message, true, { cause }));
    });
    member.inFlight.add(settled);
    await settled;
    member.inFlight.delete(settled);
    handling.end();
  }

  #giveUp(lane: Lane, task: Task): void {
    const position = lane.queue.indexOf(task);
    if (position < 0) return;
    lane.queue.splice(position, 1);
    const { topic, key } = task.message;
    const message =
      `A handler of group "${this.name}" waits for its own publish to ${topic} with key "${key}", which cannot be ` +
      'handled before that handler has ended: publish it after the handler (through the outbox), or do not wait.';
    task.reject(new BusError('BUS_DEADLOCK', message, true));
  }

  async #leave(topics: readonly string[], member: Member): Promise<void> {
    member.stopping.abort();
    for (const topic of topics) {
      const others = this.#members.get(topic)!.filter((other) => other !== member);
      this.#members.set(topic, others);
      if (others.length > 0) continue;
      for (const lane of this.#lanes.values()) {
        if (lane.topic !== topic) continue;
        for (const task of lane.queue.splice(0)) {
          clearTimeout(task.timer);
          task.reject(this.#nobody(topic));
        }
      }
    }
    await Promise.all(member.inFlight);
  }

  #nobody(topic: string): BusError {
    return new BusError('BUS_STOPPED', `Group "${this.name}" has stopped, so nobody handles ${topic} now.`, true);
  }
}

function hash(key: string): number {
  let value = 0;
  for (let i = 0; i < key.length; i += 1) value = (Math.imul(value, 31) + key.charCodeAt(i)) | 0;
  return value >>> 0;
}
