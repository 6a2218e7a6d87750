import { Fenced } from './errors.js';

/** Who works on an aggregate, until when. `attempt` is the epoch: it grows with each grant and fences late results. */
export interface Lease {
  readonly attempt: number;
  readonly worker: string;
  readonly expiresAt: number;
}

/** True while the holder may still work. */
export function isLive(lease: Lease | undefined, now: number): lease is Lease {
  return lease !== undefined && lease.expiresAt > now;
}

/** @throws Fenced unless `attempt` is the one that holds the lease */
export function fence(lease: Lease | undefined, attempt: number): Lease {
  if (lease === undefined || lease.attempt !== attempt) throw new Fenced(attempt, lease?.attempt);
  return lease;
}
