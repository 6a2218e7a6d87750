import { Arena } from './arena.js';
import { Crew } from './crew.js';
import type { PredictionKernels } from './kernels.js';

/** A thread's prediction memory, and the piece of it that scorers work in, one at a time. */
export class Workplace {
  readonly arena = new Arena<PredictionKernels>();
  readonly crew = new Crew(this.arena);
  private piece = 0;
  private bytes = 0;

  /** Address of `bytes` bytes that are the caller's until somebody else asks for some. Throws RangeError when the memory is full. */
  reserve(bytes: number): number {
    if (bytes > this.bytes) {
      if (this.bytes > 0) this.arena.give(this.piece);
      this.bytes = 0;
      this.piece = this.arena.take(bytes);
      this.bytes = bytes;
    }
    return this.piece;
  }
}

let own: Workplace | undefined;

/** This thread's. */
export function workplace(): Workplace {
  own ??= new Workplace();
  return own;
}
