import { Worker } from 'node:worker_threads';

/** Words of a team's control block. Each lies on a cache line of its own. */
const START = 0;
const DONE = 16;
const BARRIER = 32;
const WAITING = 48;
const FAILED = 64;
const STOPPED = 80;

/** Bytes of the control block at the start of the shared memory a team works in. */
export const CONTROL_BYTES = 512;

/** Looks before a thread sleeps (some 50 microseconds): a wake-up costs about as much, and most waits are shorter. */
const SPINS = 20_000;

/** How threads that share memory meet. Each thread has its own instance over the same control block. */
export class Rendezvous {
  constructor(
    private readonly control: Int32Array,
    private readonly threads: number,
  ) {}

  /** Returns when all threads of the team have called it. Throws when another thread has failed. */
  barrier(): void {
    if (this.threads === 1) return;
    const { control } = this;
    const generation = Atomics.load(control, BARRIER);
    if (Atomics.add(control, WAITING, 1) === this.threads - 1) {
      Atomics.store(control, WAITING, 0);
      Atomics.add(control, BARRIER, 1);
      Atomics.notify(control, BARRIER);
      return;
    }
    this.waitWhile(BARRIER, generation);
  }

  /** Lets the others start on what the caller wrote into shared memory. */
  start(): void {
    if (this.threads === 1) return;
    Atomics.store(this.control, DONE, 0);
    Atomics.add(this.control, START, 1);
    Atomics.notify(this.control, START);
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
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(this.control, START) !== seen) break;
    for (;;) {
      if (Atomics.load(this.control, STOPPED) === 1) return false;
      if (Atomics.load(this.control, START) !== seen) return true;
      Atomics.wait(this.control, START, seen, 1000);
    }
  }

  finish(): void {
    Atomics.add(this.control, DONE, 1);
    Atomics.notify(this.control, DONE);
  }

  fail(): void {
    Atomics.store(this.control, FAILED, 1);
    this.wakeAll();
  }

  stop(): void {
    Atomics.store(this.control, STOPPED, 1);
    this.wakeAll();
  }

  private wakeAll(): void {
    for (const word of [START, DONE, BARRIER]) Atomics.notify(this.control, word);
  }

  private waitWhile(word: number, value: number): void {
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(this.control, word) !== value) return;
    while (Atomics.load(this.control, word) === value) {
      if (Atomics.load(this.control, FAILED) === 1) throw new Error('another thread of the fit failed');
      Atomics.wait(this.control, word, value, 100);
    }
  }
}

/**
 * Starts `threads - 1` workers on the module at `url`, each with `data` and its `thread` number (from 1), and resolves when
 * all have said they are ready. A worker that dies marks the team as failed.
 */
export async function startWorkers(
  url: URL,
  threads: number,
  data: object,
  rendezvous: Rendezvous,
): Promise<readonly Worker[]> {
  const workers: Worker[] = [];
  const ready = Array.from({ length: threads - 1 }, (_, i) => {
    const worker = new Worker(url, { workerData: { ...data, thread: i + 1 } });
    workers.push(worker);
    return new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', (error) => {
        rendezvous.fail();
        reject(error);
      });
      worker.once('exit', () => reject(new Error('a thread of the fit ended before it began')));
    });
  });
  try {
    await Promise.all(ready);
  } catch (error) {
    await stopWorkers(workers, rendezvous);
    throw error;
  }
  // A fit that nobody waits for must not keep the process alive; until now the workers had to.
  for (const worker of workers) worker.unref();
  return workers;
}

/** Ends the workers; resolves when their threads are gone and the shared memory can be freed. */
export async function stopWorkers(workers: readonly Worker[], rendezvous: Rendezvous): Promise<void> {
  rendezvous.stop();
  await Promise.all(workers.map((worker) => worker.terminate()));
}
