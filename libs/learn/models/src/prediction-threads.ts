import { availableParallelism } from 'node:os';

const MOST_THREADS = 4;

/** Threads that a loaded model predicts large batches with: a fit is told how many to use, loading is not. */
export function threadsWhenLoaded(): number {
  return Math.min(MOST_THREADS, availableParallelism());
}
