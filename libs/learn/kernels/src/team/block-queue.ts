/** Words of a queue's control block. Each of the first four lies on a cache line of its own. */
const TICKET = 0;
const READY = 16;
const DONE = 32;
const WAKE = 48;
const TOTAL = 64;
const FAILED = 65;
/** What the blocks are part of: five words that the queue passes on. */
const JOB = 66;

/** Bytes of the control block, which are 0 before the first thread comes. */
export const QUEUE_BYTES = 320;
/** Most blocks of a job. */
export const MOST_BLOCKS = 0xffff;
/** Most threads that take blocks. */
export const MOST_THREADS = 15;

const BLOCK_BITS = 16;
const THREAD_BITS = 4;
/** Looks before a thread sleeps: waking it costs more than a short wait. */
const LOOKS = 20_000;

/**
 * Blocks of one job at a time, taken by whichever threads are awake: the caller's own, number 0, and those that help. Nobody
 * waits for a thread that sleeps or has no processor, only for blocks that were taken. A ticket holds the number of the next
 * block, how many threads may take one, and the job's number, so that none is taken of a job that is over.
 */
export class BlockQueue {
  private readonly words: Int32Array;

  /** `address` is where the control block lies in the memory. */
  constructor(memory: WebAssembly.Memory, address: number) {
    this.words = new Int32Array(memory.buffer, address, QUEUE_BYTES / 4);
  }

  /** Begins a job of `blocks` blocks for `threads` threads; no block may be taken before `release`. */
  open(blocks: number, threads: number, job: readonly number[]): void {
    const { words } = this;
    Atomics.store(words, READY, 0);
    Atomics.store(words, DONE, 0);
    Atomics.store(words, TOTAL, blocks);
    job.forEach((word, i) => {
      Atomics.store(words, JOB + i, word);
    });
    const last = Atomics.load(words, TICKET) >>> (BLOCK_BITS + THREAD_BITS);
    Atomics.store(words, TICKET, ((last + 1) << (BLOCK_BITS + THREAD_BITS)) | (threads << BLOCK_BITS));
  }

  /** Lets the blocks before `end` be taken, and wakes those who sleep. */
  release(end: number): void {
    Atomics.store(this.words, READY, end);
    Atomics.add(this.words, WAKE, 1);
    Atomics.notify(this.words, WAKE);
  }

  /** Takes a block for a thread; -1 when there is none for it. */
  take(thread: number): number {
    const { words } = this;
    for (;;) {
      const ticket = Atomics.load(words, TICKET);
      const block = ticket & MOST_BLOCKS;
      const threads = (ticket >>> BLOCK_BITS) & MOST_THREADS;
      if (thread >= threads || block >= Atomics.load(words, READY)) return -1;
      if (Atomics.compareExchange(words, TICKET, ticket, ticket + 1) === ticket) return block;
    }
  }

  /** A word of the job that the thread has a block of. */
  job(word: number): number {
    return Atomics.load(this.words, JOB + word);
  }

  /** Says that a block that was taken is done. */
  finish(): void {
    const { words } = this;
    if (Atomics.add(words, DONE, 1) + 1 === Atomics.load(words, TOTAL)) Atomics.notify(words, DONE);
  }

  /** Says that a block could not be done. */
  fail(): void {
    Atomics.store(this.words, FAILED, 1);
    Atomics.notify(this.words, DONE);
  }

  /** Returns when all blocks are done. Throws when a thread has failed. */
  join(): void {
    const { words } = this;
    for (let look = 0; ; look++) {
      const done = Atomics.load(words, DONE);
      if (done === Atomics.load(words, TOTAL)) return;
      if (Atomics.load(words, FAILED) === 1) throw new Error('a thread that took part in a prediction failed');
      if (look > LOOKS) Atomics.wait(words, DONE, done, 100);
    }
  }

  /** For those who help: returns when there may be a block to take. `seen` is what the last call returned, at first 0. */
  awaitBlocks(seen: number): number {
    const { words } = this;
    for (let look = 0; look < LOOKS; look++) {
      const wake = Atomics.load(words, WAKE);
      if (wake !== seen) return wake;
    }
    // Now and then it looks by itself, so that a thread can be ended.
    while (Atomics.load(words, WAKE) === seen) Atomics.wait(words, WAKE, seen, 1000);
    return Atomics.load(words, WAKE);
  }
}
