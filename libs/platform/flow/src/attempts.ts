import { backoff } from './backoff.js';
import { type Fenced, Rejection, WORKER_LOST } from './errors.js';
import { fence, isLive, type Lease } from './lease.js';

/** A result that came from an attempt which no longer held the lease. Kept as proof, never applied. */
export interface Refusal {
  readonly attempt: number;
  readonly command: string;
  readonly at: number;
}

/** The part of an aggregate's state that long work under a lease needs. `attempts` is the last epoch given out. */
export interface Attempts {
  readonly attempts: number;
  /** Attempts that ended in an error or a lost lease. */
  readonly failures: number;
  /** When it may be claimed (ms since 1970). */
  readonly availableAt: number;
  readonly lease?: Lease;
  readonly refusals: readonly Refusal[];
}

/** What a worker tells the aggregate it works on; `Succeed` is completed by each aggregate with its result. */
export type AttemptCommand =
  | { readonly type: 'Claim'; readonly worker: string; readonly leaseMs: number }
  | { readonly type: 'Renew'; readonly attempt: number; readonly leaseMs: number }
  | { readonly type: 'Release'; readonly attempt: number }
  | {
      readonly type: 'Fail';
      readonly attempt: number;
      readonly code: string;
      readonly message: string;
      readonly retriable: boolean;
    };

export type AttemptEvent =
  | { readonly type: 'Claimed'; readonly lease: Lease; readonly at: number }
  | { readonly type: 'Renewed'; readonly lease: Lease }
  | { readonly type: 'Released'; readonly at: number }
  | {
      readonly type: 'AttemptFailed';
      readonly attempt: number;
      readonly code: string;
      readonly message: string;
      readonly retryAt: number;
    }
  | { readonly type: 'Refused'; readonly attempt: number; readonly command: string; readonly at: number };

/** The end of all attempts: an error that trying again does not mend, or one too many. */
export interface Exhausted {
  readonly type: 'Failed';
  readonly code: string;
  readonly message: string;
  readonly at: number;
}

export type Phase = 'waiting' | 'running' | 'other';

/** Work that takes its process with it is tried this often; what an outage stopped, for some minutes. */
const MOST_CRASHES = 4;
const MOST_OUTAGES = 10;
const REFUSALS_KEPT = 20;

export const noAttempts = (now: number): Attempts => ({ attempts: 0, failures: 0, availableAt: now, refusals: [] });

/**
 * Decides what a worker may do. Late results of an old attempt are refused and recorded.
 * @throws Rejection NOT_WAITING for a claim that came too late; Fenced for a late renewal or release
 */
export function decideAttempt(
  phase: Phase,
  state: Attempts,
  command: AttemptCommand,
  now: number,
): (AttemptEvent | Exhausted)[] {
  if (command.type === 'Claim') return [claim(phase, state, command, now)];
  const late = refuseLate(phase, state, command, now);
  if (late) return late;
  if (command.type === 'Renew')
    return [{ type: 'Renewed', lease: { ...(state.lease as Lease), expiresAt: now + command.leaseMs } }];
  if (command.type === 'Release') return [{ type: 'Released', at: now }];
  return [fail(state, command, now)];
}

/**
 * The refusal of a command whose attempt does not hold the lease; undefined when it does. Every aggregate asks this
 * before it accepts a result.
 * @throws Fenced for anything but a result: there is nothing to record, its worker just has to stop
 */
export function refuseLate(
  phase: Phase,
  state: Attempts,
  command: { readonly type: string; readonly attempt: number },
  now: number,
): AttemptEvent[] | undefined {
  try {
    fence(phase === 'running' ? state.lease : undefined, command.attempt);
    return undefined;
  } catch (error) {
    const { attempt, type } = command;
    const known = state.refusals.some((refusal) => refusal.attempt === attempt && refusal.command === type);
    if ((type !== 'Succeed' && type !== 'Fail') || known || state.refusals.length >= REFUSALS_KEPT)
      throw error as Fenced;
    return [{ type: 'Refused', attempt, command: type, at: now }];
  }
}

/** What time does to running work: a lease that ran out counts as a failed attempt. */
export function expireLease(phase: Phase, state: Attempts, now: number): (AttemptEvent | Exhausted)[] {
  if (phase !== 'running' || isLive(state.lease, now)) return [];
  const message = 'the worker stopped giving signs of life: it was killed, ran out of memory, or lost its machine';
  return [fail(state, { type: 'Fail', attempt: state.attempts, code: WORKER_LOST, message, retriable: true }, now)];
}

/** Applies an event of the attempts. */
export function evolveAttempts<S extends Attempts>(state: S, event: AttemptEvent): S {
  switch (event.type) {
    case 'Claimed':
      return { ...state, lease: event.lease, attempts: event.lease.attempt };
    case 'Renewed':
      return { ...state, lease: event.lease };
    case 'Released':
      return { ...state, lease: undefined, availableAt: event.at };
    case 'AttemptFailed':
      return { ...state, lease: undefined, failures: state.failures + 1, availableAt: event.retryAt };
    case 'Refused':
      return {
        ...state,
        refusals: [...state.refusals, { attempt: event.attempt, command: event.command, at: event.at }],
      };
  }
}

function claim(
  phase: Phase,
  state: Attempts,
  { worker, leaseMs }: Extract<AttemptCommand, { type: 'Claim' }>,
  now: number,
): AttemptEvent {
  if (phase !== 'waiting' || state.availableAt > now)
    throw new Rejection('NOT_WAITING', 'it does not wait for a worker now');
  return { type: 'Claimed', lease: { attempt: state.attempts + 1, worker, expiresAt: now + leaseMs }, at: now };
}

function fail(
  state: Attempts,
  { attempt, code, message, retriable }: Extract<AttemptCommand, { type: 'Fail' }>,
  now: number,
): AttemptEvent | Exhausted {
  if (!retriable) return { type: 'Failed', code, message, at: now };
  const failures = state.failures + 1;
  const most = code === WORKER_LOST || code === 'WORKER_CRASHED' ? MOST_CRASHES : MOST_OUTAGES;
  if (failures >= most) return { type: 'Failed', code, message: `${message} (after ${failures} attempts)`, at: now };
  return { type: 'AttemptFailed', attempt, code, message, retryAt: now + backoff(failures, 500, 60_000) };
}
