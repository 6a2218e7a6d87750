import { AsyncLocalStorage } from 'node:async_hooks';
import type { Slots } from '../slots.js';

/**
 * One handler call in progress. It follows the asynchronous calls that the handler makes, so that a publish knows
 * which lanes wait for it.
 */
export class Handling {
  #publishing = 0;
  #active = true;

  constructor(
    readonly lane: object,
    readonly parent: Handling | undefined,
    private readonly slots: Slots,
  ) {}

  get active(): boolean {
    return this.#active;
  }

  /** Whether the lane cannot go on before this handler, or one that waits for it, has ended. */
  holds(lane: object): boolean {
    return (this.#active && this.lane === lane) || (this.parent?.holds(lane) ?? false);
  }

  /** A handler that waits for a publish gives its slot to others; otherwise all slots could wait for each other. */
  async whilePublishing(publish: Promise<void>): Promise<void> {
    this.#publishing += 1;
    if (this.#active && this.#publishing === 1) this.slots.give();
    try {
      await publish;
    } finally {
      this.#publishing -= 1;
      if (this.#active && this.#publishing === 0) this.slots.takeAtOnce();
    }
  }

  end(): void {
    this.#active = false;
    if (this.#publishing === 0) this.slots.give();
  }
}

export const currentHandling = new AsyncLocalStorage<Handling>();
