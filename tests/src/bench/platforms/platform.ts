import type { Observed } from './observer.js';
import type { Rest } from './rest.js';

/** A running platform in processes of its own. */
export interface BenchPlatform {
  readonly rest: Rest;
  /** What the bus has told of attempts so far, oldest first; empty when it is not observed. */
  observed(): readonly Observed[];
  stop(): Promise<void>;
}
