import { Worker } from 'node:worker_threads';
import type { Rendezvous } from './rendezvous.js';

/** One thread's part of a computation: takes its share of the step that is described in shared memory. */
export interface Lane {
  readonly rendezvous: Rendezvous;
  step(): void;
}

/** Threads that take steps together over one shared memory. The caller's thread is number 0. */
export class Team<L extends Lane> {
  private constructor(
    readonly lane: L,
    private readonly workers: readonly Worker[],
  ) {}

  /**
   * Starts `threads - 1` workers. Each imports `module`, whose export `createLane` makes its lane of `data` (cloned, memories
   * shared) and its number. Resolves when all are ready.
   */
  static async start<L extends Lane, Data extends object>(
    module: URL,
    createLane: (data: Data, thread: number) => L,
    data: Data,
    threads: number,
  ): Promise<Team<L>> {
    const lane = createLane(data, 0);
    const workers: Worker[] = [];
    const ready = Array.from({ length: threads - 1 }, (_, i) => {
      const workerData = { module: module.href, data, thread: i + 1 };
      const worker = new Worker(new URL('./team-worker.js', import.meta.url), { workerData });
      workers.push(worker);
      return becomesReady(worker, lane.rendezvous);
    });
    const team = new Team(lane, workers);
    try {
      await Promise.all(ready);
    } catch (error) {
      await team.stop();
      throw error;
    }
    // A fit that nobody waits for must not keep the process alive; until now the workers had to.
    for (const worker of workers) worker.unref();
    return team;
  }

  /** Takes one step on all threads; returns when all have taken it. */
  step(): void {
    this.lane.rendezvous.start();
    this.lane.step();
    this.lane.rendezvous.join();
  }

  /** Ends the workers; resolves when their threads are gone and the shared memory can be freed. */
  async stop(): Promise<void> {
    this.lane.rendezvous.stop();
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

/** A worker that dies marks the team as failed. */
function becomesReady(worker: Worker, rendezvous: Rendezvous): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', (error) => {
      rendezvous.fail();
      reject(error);
    });
    worker.once('exit', () => reject(new Error('a thread of the fit ended before it began')));
  });
}
