import { backoff } from './backoff.js';
import { codeOf, isRetriable, LeaseLost, Rejection } from './errors.js';
import type { Flow } from './flow.js';
import type { WorkOutcome } from './ports.js';
import { waitingSince } from './queue.js';
import type { AggregateRecord } from './record.js';
import type { Work } from './work.js';

export interface WorkerOptions {
  /** The pool whose work this is: `cpu`, `gpu`, or what the service calls it. */
  readonly pool: string;
  /** Names this process in leases. */
  readonly worker: string;
  /** How many pieces of work run at once. */
  readonly slots: number;
  readonly leaseMs: number;
  /** How often the queue is looked at when nothing in this process changed. */
  readonly pollMs: number;
  /** Pieces of work after which it ends by itself; it goes on for ever when absent. */
  readonly most?: number;
  /** Ends by itself after so long without work; while the queue cannot be read, no time passes. */
  readonly idleMs?: number;
}

/**
 * Takes waiting work, holds its lease while it runs, and reports the result. Any number of processes do this side by
 * side on one queue: the compare-and-set of the claim lets exactly one have each attempt.
 */
export class Worker {
  private readonly active = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private wake: () => void = () => {};
  private loop: Promise<void> | undefined;
  private readonly unlisten: () => void;
  private changed = true;
  private taken = 0;
  private markEnded: () => void = () => {};
  /** Resolves when it has done all it may, or found nothing for too long; never for one that has no such limit. */
  readonly ended = new Promise<void>((resolve) => {
    this.markEnded = resolve;
  });

  constructor(
    private readonly flow: Flow,
    // biome-ignore lint/suspicious/noExplicitAny: works of different states share the slots
    private readonly works: readonly Work<any>[],
    private readonly options: WorkerOptions,
  ) {
    const names = new Set(works.map((work) => work.aggregate.name));
    this.unlisten = flow.onCommit((aggregate) => names.has(aggregate.name) && this.notify());
  }

  start(): void {
    this.reportSlots();
    this.loop = this.run();
  }

  /** Stops claiming, aborts what runs and hands its leases back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.unlisten();
    this.notify();
    await this.loop;
    await Promise.all(this.active.values());
    this.flow.ports.metrics?.slots(this.options.pool, 0, 0);
  }

  get running(): number {
    return this.active.size;
  }

  private notify(): void {
    this.changed = true;
    this.wake();
  }

  private async run(): Promise<void> {
    const { clock, log } = this.flow.ports;
    const { slots, most = Number.POSITIVE_INFINITY, idleMs = Number.POSITIVE_INFINITY } = this.options;
    let busyAt = clock.now();
    for (let failures = 0; !this.stopping.signal.aborted; ) {
      this.changed = false;
      try {
        while (this.active.size < slots && this.taken < most && (await this.claimOne())) this.taken++;
        failures = 0;
        if (this.active.size > 0) busyAt = clock.now();
        else if (this.taken >= most || clock.now() - busyAt >= idleMs) return this.markEnded();
      } catch (error) {
        log.warn({ error }, 'looking for work failed');
        const before = clock.now();
        await clock.sleep(backoff(++failures, 100, 5000), this.stopping.signal);
        busyAt += clock.now() - before;
      }
      if (!this.changed) await this.pause();
    }
  }

  /** Waits for a change in this process, for a free slot, or for the next poll. */
  private async pause(): Promise<void> {
    const pause = new AbortController();
    this.wake = () => pause.abort();
    if (this.stopping.signal.aborted) return;
    await this.flow.ports.clock.sleep(this.options.pollMs, pause.signal);
    this.wake = () => {};
  }

  /** Claims the oldest waiting piece of any work; false when nothing waits. */
  private async claimOne(): Promise<boolean> {
    const { store, clock, metrics } = this.flow.ports;
    const { worker, leaseMs, slots, pool } = this.options;
    for (const work of this.works) {
      const waiting = await store.find(work.aggregate.name, { ...work.waiting(clock.now()), limit: slots + 4 });
      for (const { id, index } of waiting) {
        if (this.stopping.signal.aborted) return false;
        try {
          const { record } = await this.flow.handle(work.aggregate, id, work.claim(worker, leaseMs));
          if (!record) continue;
          const now = clock.now();
          metrics?.waited(work.kind, pool, (now - waitingSince(work, index, now)) / 1000);
          this.begin(work, record);
          return true;
        } catch (error) {
          if (!(error instanceof Rejection)) throw error;
        }
      }
    }
    return false;
  }

  private begin(work: Work<unknown>, record: AggregateRecord<unknown>): void {
    const attempt = work.leaseOf(record.state)?.attempt;
    if (attempt === undefined) throw new Error(`${work.aggregate.name} ${record.id} was claimed without a lease`);
    const key = `${work.aggregate.name}/${record.id}/${attempt}`;
    const done = this.attendTraced(work, record, attempt)
      .catch((error) => this.flow.ports.log.error({ key, error }, 'attending work failed'))
      .finally(() => {
        this.active.delete(key);
        this.reportSlots();
        this.notify();
      });
    this.active.set(key, done);
    this.reportSlots();
  }

  private reportSlots(): void {
    const { pool, slots } = this.options;
    this.flow.ports.metrics?.slots(pool, slots, this.active.size);
  }

  /** An attempt as a span of the trace that asked for the work. */
  private attendTraced(work: Work<unknown>, record: AggregateRecord<unknown>, attempt: number): Promise<void> {
    const { traced } = this.flow.ports;
    if (!traced) return this.attend(work, record, attempt, () => {});
    const { kind, aggregate } = work;
    const attributes = {
      'trainyard.aggregate': aggregate.name,
      'trainyard.id': record.id,
      'trainyard.attempt': attempt,
      'trainyard.pool': this.options.pool,
    };
    const span = { name: `work on ${kind}`, parent: record.traceparent, kind: 'internal', attributes } as const;
    return traced(span, (fail) => this.attend(work, record, attempt, fail));
  }

  private async attend(
    work: Work<unknown>,
    record: AggregateRecord<unknown>,
    attempt: number,
    fail: (error: unknown) => void,
  ): Promise<void> {
    const { clock, metrics } = this.flow.ports;
    const began = clock.now();
    let outcome: WorkOutcome = 'released';
    const abort = new AbortController();
    const stop = () => abort.abort('stopping');
    this.stopping.signal.addEventListener('abort', stop, { once: true });
    const pulse = { at: began };
    const beat = () => {
      pulse.at = clock.now();
    };
    const unlisten = this.flow.onCommit((aggregate, changed) => {
      const mine = aggregate.name === work.aggregate.name && changed.id === record.id;
      if (mine && work.leaseOf(changed.state)?.attempt !== attempt) abort.abort('lease lost');
    });
    const keeping = this.keepLease(work, record.id, attempt, abort, pulse);
    let command = work.release(attempt);
    try {
      command = await work.execute(record.id, record.state, { attempt, signal: abort.signal, beat });
      outcome = 'succeeded';
    } catch (error) {
      if (!this.stopping.signal.aborted) {
        // What an abort makes of the work says nothing about the work: the next attempt may well succeed.
        const reason = abort.signal.aborted ? new LeaseLost() : error;
        command = work.failed(attempt, reason);
        outcome = abort.signal.aborted ? 'lost' : 'failed';
        fail(reason);
        if (outcome === 'failed') this.logFailure(work.kind, record.id, attempt, reason);
      }
    } finally {
      this.stopping.signal.removeEventListener('abort', stop);
      unlisten();
      abort.abort('finished');
      await keeping;
    }
    metrics?.worked(work.kind, this.options.pool, outcome, (clock.now() - began) / 1000);
    await this.report(work, record.id, command);
  }

  /** A failure with a code is the asker's to read; one without is a bug, and its stack is nowhere else. */
  private logFailure(kind: string, id: string, attempt: number, error: unknown): void {
    const { log } = this.flow.ports;
    const code = codeOf(error);
    if (code === 'INTERNAL') log.error({ kind, id, attempt, error }, 'an attempt failed for no known reason');
    else log.info({ kind, id, attempt, code }, 'an attempt failed');
  }

  /** Renews while the work shows life; aborts it when the lease is lost. */
  private async keepLease(
    work: Work<unknown>,
    id: string,
    attempt: number,
    abort: AbortController,
    pulse: { at: number },
  ): Promise<void> {
    const { clock, log, metrics } = this.flow.ports;
    const { leaseMs } = this.options;
    for (let heldUntil = clock.now() + leaseMs; ; ) {
      await clock.sleep(leaseMs / 3, abort.signal);
      if (abort.signal.aborted) return;
      const now = clock.now();
      const silent = now - pulse.at > leaseMs;
      let reason: unknown;
      try {
        if (!silent) {
          await this.flow.handle(work.aggregate, id, work.renew(attempt, leaseMs));
          heldUntil = now + leaseMs;
        }
      } catch (error) {
        reason = error;
        if (!isRetriable(error)) heldUntil = 0;
      }
      if (clock.now() < heldUntil) continue;
      metrics?.leaseLost(work.aggregate.name);
      const renewing = clock.now() - now;
      log.warn({ aggregate: work.aggregate.name, id, attempt, silent, renewing, error: reason }, 'a lease was lost');
      return abort.abort('lease lost');
    }
  }

  /** Tells the aggregate its result, through outages. A refusal is the aggregate's answer to a late result. */
  private async report(work: Work<unknown>, id: string, command: { readonly type: string }): Promise<void> {
    const { clock, log } = this.flow.ports;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.flow.handle(work.aggregate, id, command);
        return;
      } catch (error) {
        if (!isRetriable(error)) return log.warn({ id, command: command.type, error }, 'a result was refused');
        if (attempt > 20)
          return log.error(
            { id, command: command.type, error },
            'a result could not be reported; its lease will expire',
          );
        await clock.sleep(backoff(attempt, 50, 5000));
      }
    }
  }
}
