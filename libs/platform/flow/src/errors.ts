/**
 * A command that the aggregate's state does not allow, or that asks for something impossible. Trying again gives the
 * same answer, so it is never retried: a caller over HTTP sees it, a message that caused it becomes a dead letter.
 */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly retriable = false;

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A result or renewal that carries an old attempt number: somebody else has the lease now. */
export class Fenced extends Rejection {
  constructor(attempt: number, current: number | undefined) {
    super('FENCED', `attempt ${attempt} no longer holds the lease (current: ${current ?? 'none'})`);
  }
}

/** The code of an attempt that its worker lost, or that lost its worker. */
export const WORKER_LOST = 'WORKER_LOST';

/** A worker that is cut off from the store, or whose work showed no sign of life, gives its attempt up; another may try. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  readonly code = WORKER_LOST;
  readonly retriable = true;

  constructor() {
    super('the worker stopped the attempt: it was silent for too long, or its lease could not be renewed');
  }
}

/** Other writers won every compare-and-set for too long. */
export class Contention extends Error {
  override readonly name = 'Contention';
  readonly code = 'CONTENTION';
  readonly retriable = true;
}

/** True for errors that may pass by themselves: a broker or a database that is away. */
export function isRetriable(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { retriable?: unknown }).retriable === true;
}

/** The stable code of an error, or INTERNAL for one that has none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'INTERNAL';
}
