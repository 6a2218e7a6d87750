export const DEFAULT_CONCURRENCY = 16;

/** Limits how many handlers run at the same time; those who wait are served in order. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Takes a slot even when none is free: the limit is exceeded until one is given back. */
  takeAtOnce(): void {
    this.#free -= 1;
  }

  give(): void {
    const next = this.#free >= 0 ? this.#waiting.shift() : undefined;
    if (next) next();
    else this.#free += 1;
  }
}
