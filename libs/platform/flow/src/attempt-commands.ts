import type { AttemptCommand } from './attempts.js';
import { codeOf, isRetriable } from './errors.js';

/** The commands by which a worker takes, keeps, gives back and gives up an attempt: the same for all leased work. */
export const attemptCommands = {
  claim: (worker: string, leaseMs: number): AttemptCommand => ({ type: 'Claim', worker, leaseMs }),
  renew: (attempt: number, leaseMs: number): AttemptCommand => ({ type: 'Renew', attempt, leaseMs }),
  release: (attempt: number): AttemptCommand => ({ type: 'Release', attempt }),
  failed: (attempt: number, error: unknown): AttemptCommand => ({
    type: 'Fail',
    attempt,
    code: codeOf(error),
    message: error instanceof Error ? error.message : String(error),
    retriable: isRetriable(error),
  }),
};
