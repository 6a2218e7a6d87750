import type { Command } from './aggregate.js';
import type { Lease } from './lease.js';
import type { Queue } from './queue.js';

/** What a piece of work is given while it runs. */
export interface WorkContext {
  readonly attempt: number;
  /** Aborts when the lease is lost or the process stops: what runs on is refused anyway. */
  readonly signal: AbortSignal;
  /** Says that the work is alive; without a sign of life for a lease's length the lease is not renewed. */
  readonly beat: () => void;
}

/** A kind of long work: an aggregate that waits in a queue, is leased, and is told how it went. */
export interface Work<State> extends Queue {
  readonly claim: (worker: string, leaseMs: number) => Command;
  readonly leaseOf: (state: State) => Lease | undefined;
  readonly renew: (attempt: number, leaseMs: number) => Command;
  /** Given back unfinished, because this process stops. */
  readonly release: (attempt: number) => Command;
  /** Does the work and answers with the command that tells the aggregate its result. */
  readonly execute: (id: string, state: State, context: WorkContext) => Promise<Command>;
  /** The command for an `execute` that threw. */
  readonly failed: (attempt: number, error: unknown) => Command;
}
