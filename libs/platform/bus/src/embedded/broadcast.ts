import type { BusMessage, Subscription } from '../bus.js';
import type { BusLog } from '../log.js';

/** A slow page in a browser must not fill the memory: the oldest messages go first. */
const QUEUE_LIMIT = 10_000;

/** One broadcast subscription: its own bounded queue; nobody waits for it. */
export class Broadcast {
  readonly #queue: { message: BusMessage; offset: string }[] = [];
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    private readonly subscription: Subscription,
    private readonly log: BusLog,
  ) {}

  offer(message: BusMessage, offset: string): void {
    if (this.#stopping.signal.aborted || !this.subscription.topics.includes(message.topic)) return;
    if (this.#queue.length >= QUEUE_LIMIT) this.#queue.shift();
    this.#queue.push({ message, offset });
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#queue.length = 0;
    await this.#running;
  }

  async #run(): Promise<void> {
    await undefined;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const delivery = { ...next.message, partition: 0, offset: next.offset, attempt: 1 };
      try {
        await this.subscription.handler(delivery, this.#stopping.signal);
      } catch (error) {
        this.log('warn', 'a broadcast handler failed', {
          topic: delivery.topic,
          group: this.subscription.group,
          error,
        });
      }
    }
    this.#running = undefined;
  }
}
