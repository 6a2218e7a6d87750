/** Words of a team's control block. Each lies on a cache line of its own. */
const START = 0;
const DONE = 16;
const BARRIER = 32;
const WAITING = 48;
const FAILED = 64;
const STOPPED = 80;
/** How many threads sleep, or are about to: to wake nobody costs as much as a step. */
const SLEEPERS = 96;

/** Bytes of the control block at the start of the shared memory a team works in. */
export const CONTROL_BYTES = 512;

/**
 * Looks before a thread sleeps. A wake-up costs some 100 microseconds on a virtual machine, and most waits are shorter; but when others
 * hold the processors, looking only keeps them from the thread that is waited for. So the patience doubles with each wait
 * that ends while looking, and halves with each that does not.
 */
const LEAST_LOOKS = 500;
const MOST_LOOKS = 200_000;

/** How threads that share memory meet. Each thread has its own instance over the same control block. */
export class Rendezvous {
  private readonly control: Int32Array;
  private looks = 20_000;

  /** `address` is where the team's control block lies in the memory; its CONTROL_BYTES are 0 before the first thread comes. */
  constructor(
    memory: WebAssembly.Memory,
    address: number,
    private readonly threads: number,
  ) {
    this.control = new Int32Array(memory.buffer, address, CONTROL_BYTES / 4);
  }

  /** Returns when all threads of the team have called it. Throws when another thread has failed. */
  barrier(): void {
    if (this.threads === 1) return;
    const { control } = this;
    const generation = Atomics.load(control, BARRIER);
    if (Atomics.add(control, WAITING, 1) === this.threads - 1) {
      Atomics.store(control, WAITING, 0);
      Atomics.add(control, BARRIER, 1);
      this.wake(BARRIER);
      return;
    }
    this.waitWhile(BARRIER, generation);
  }

  /** Lets the others start on what the caller wrote into shared memory. */
  start(): void {
    if (this.threads === 1) return;
    Atomics.store(this.control, DONE, 0);
    Atomics.add(this.control, START, 1);
    this.wake(START);
  }

  /** Returns when all others have finished what `start` began. */
  join(): void {
    for (;;) {
      const done = Atomics.load(this.control, DONE);
      if (done === this.threads - 1) return;
      this.waitWhile(DONE, done);
    }
  }

  /** For the others: waits for the next start. False when the team has been stopped. */
  awaitStart(seen: number): boolean {
    this.looksFor(START, seen);
    for (;;) {
      if (Atomics.load(this.control, STOPPED) === 1) return false;
      if (Atomics.load(this.control, START) !== seen) return true;
      this.sleep(START, seen, 1000);
    }
  }

  finish(): void {
    Atomics.add(this.control, DONE, 1);
    this.wake(DONE);
  }

  fail(): void {
    Atomics.store(this.control, FAILED, 1);
    this.wakeAll();
  }

  stop(): void {
    Atomics.store(this.control, STOPPED, 1);
    this.wakeAll();
  }

  /** Looks until the word is no longer `value`; false when the patience for it ends before. */
  private looksFor(word: number, value: number): boolean {
    const { control, looks } = this;
    for (let look = 0; look < looks; look++) {
      if (Atomics.load(control, word) === value) continue;
      this.looks = Math.min(MOST_LOOKS, looks * 2);
      return true;
    }
    this.looks = Math.max(LEAST_LOOKS, looks >> 1);
    return false;
  }

  /** Sleeps while the word is `value`, `ms` at most. Who changes it after this look sees a sleeper. */
  private sleep(word: number, value: number, ms: number): void {
    Atomics.add(this.control, SLEEPERS, 1);
    Atomics.wait(this.control, word, value, ms);
    Atomics.sub(this.control, SLEEPERS, 1);
  }

  private wake(word: number): void {
    if (Atomics.load(this.control, SLEEPERS) > 0) Atomics.notify(this.control, word);
  }

  private wakeAll(): void {
    for (const word of [START, DONE, BARRIER]) Atomics.notify(this.control, word);
  }

  private waitWhile(word: number, value: number): void {
    if (this.looksFor(word, value)) return;
    while (Atomics.load(this.control, word) === value) {
      if (Atomics.load(this.control, FAILED) === 1) throw new Error('another thread of the fit failed');
      this.sleep(word, value, 100);
    }
  }
}
