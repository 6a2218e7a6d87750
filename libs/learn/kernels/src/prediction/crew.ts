import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { BlockQueue, MOST_THREADS, QUEUE_BYTES } from '../team/block-queue.js';
import { canShareMemory } from '../team/memory.js';
import type { Arena } from './arena.js';
import type { PredictionKernels } from './kernels.js';

/** Kernels that score one block of a job's rows; src/assembly/prediction/job.ts says how. */
export type BlockKernels = Pick<PredictionKernels, 'sweepBlock' | 'walkBlock'>;
const KERNELS = ['sweepBlock', 'walkBlock'] as const satisfies readonly (keyof BlockKernels)[];

/** What a thread that helps is given. */
export interface BlockWork {
  readonly memory: WebAssembly.Memory;
  readonly queue: number;
  readonly thread: number;
}

/** A job: `kernel` scores blocks, whose record lies at `record`, each thread in `scratchBytes` of its own from `scratch` on. */
export interface Job {
  readonly kernel: keyof BlockKernels;
  readonly record: number;
  readonly scratch: number;
  readonly scratchBytes: number;
}

/** Takes blocks and scores them until there is none to take. */
export function runBlocks(queue: BlockQueue, kernels: BlockKernels, thread: number): void {
  for (let block = queue.take(thread); block >= 0; block = queue.take(thread)) {
    const scratch = queue.job(2) + thread * queue.job(3);
    kernels[KERNELS[queue.job(0)]!](queue.job(1), block, scratch);
    queue.finish();
  }
}

/**
 * The threads that help this one to predict. They start with the first large batch and from then on sleep until the next one;
 * they keep no process alive.
 */
export class Crew {
  private workers = 0;
  private queue: BlockQueue | undefined;
  private address = 0;

  constructor(private readonly arena: Arena<PredictionKernels>) {}

  /** Of `wanted` threads, how many there can be on this machine, this one counted. */
  static most(wanted: number): number {
    return canShareMemory() ? Math.max(1, Math.min(wanted, availableParallelism(), MOST_THREADS)) : 1;
  }

  /** Starts threads until there are `threads`, this one counted. They take part as soon as they are there. */
  start(threads: number): void {
    this.makeQueue();
    for (; this.workers < threads - 1; this.workers++) {
      const workerData: BlockWork = { memory: this.arena.memory, queue: this.address, thread: this.workers + 1 };
      const worker = new Worker(new URL('./block-worker.js', import.meta.url), { workerData });
      // Where none can start, predictions go without.
      worker.on('error', () => {});
      worker.unref();
    }
  }

  /** Scores the blocks of a job on up to `threads` threads. `fill` brings in rows from a block on and returns the one it ends before. */
  run(job: Job, blocks: number, threads: number, fill: (from: number) => number): void {
    const { kernels } = this.arena;
    if (threads === 1 || this.workers === 0) {
      for (let block = 0, filled = 0; block < blocks; block++) {
        if (block === filled) filled = fill(block);
        kernels[job.kernel](job.record, block, job.scratch);
      }
      return;
    }
    const queue = this.queue!;
    queue.open(blocks, threads, [KERNELS.indexOf(job.kernel), job.record, job.scratch, job.scratchBytes]);
    for (let filled = 0; filled < blocks; ) {
      filled = fill(filled);
      queue.release(filled);
    }
    runBlocks(queue, kernels, 0);
    queue.join();
  }

  private makeQueue(): void {
    if (this.queue) return;
    this.address = this.arena.take(QUEUE_BYTES);
    this.arena.words.fill(0, this.address >>> 2, (this.address + QUEUE_BYTES) >>> 2);
    this.queue = new BlockQueue(this.arena.memory, this.address);
  }
}
