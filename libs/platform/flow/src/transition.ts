import type { Aggregate, Command, Wake } from './aggregate.js';
import { Contention } from './errors.js';
import { failpoint } from './failpoint.js';
import type { FlowPorts } from './ports.js';
import { type AggregateRecord, fromStored, type OutboxEntry, toStored } from './record.js';

/** Where a command came from: the message's id is absorbed so that a repeat changes nothing. */
export interface Origin {
  readonly messageId?: string;
  readonly traceparent?: string;
}

/** What became of a command. `events` is empty when nothing changed. */
export interface Transition<State, Event> {
  readonly record: AggregateRecord<State> | undefined;
  readonly events: readonly Event[];
  /** The message had been absorbed before. */
  readonly repeated: boolean;
}

const ATTEMPTS = 100;

/**
 * The only way state changes: load, decide, evolve, and one compare-and-set of state, inbox and outbox together.
 * When another writer was faster, everything is decided again on what it wrote.
 *
 * @throws Rejection from `decide`; Contention when other writers win a hundred times in a row; the store's errors
 */
export async function transition<State, C extends Command, Event extends { readonly type: string }>(
  ports: FlowPorts,
  aggregate: Aggregate<State, C, Event>,
  id: string,
  command: C | Wake,
  origin: Origin = {},
): Promise<Transition<State, Event>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stored = await ports.store.get(aggregate.name, id);
    const before = stored && fromStored<State>(stored);
    if (origin.messageId && before?.inbox.includes(origin.messageId)) {
      return { record: before, events: [], repeated: true };
    }
    const now = ports.clock.now();
    const events = aggregate.decide(before?.state, command, { id, now });
    if (events.length === 0) return { record: before, events, repeated: false };
    const traceparent = ports.traceparent?.() ?? origin.traceparent ?? before?.traceparent;
    const after = apply(aggregate, id, before, events, now, { ...origin, traceparent });
    await mustEncode(ports, after.outbox.slice(before?.outbox.length));
    failpoint('before-state-write', aggregate.name);
    const written = before
      ? await ports.store.replace(aggregate.name, toStored(aggregate, after), before.revision)
      : await ports.store.insert(aggregate.name, toStored(aggregate, after));
    if (written) {
      failpoint('after-state-write', aggregate.name);
      return { record: after, events, repeated: false };
    }
    ports.metrics?.conflict(aggregate.name);
    if (attempt > 2) await ports.clock.sleep(Math.min(50, attempt));
  }
  throw new Contention(`${aggregate.name} ${id} is changed by too many writers at once; try again`);
}

/** An event that no schema can hold must stop its command: once in the outbox it would stop everything behind it. */
async function mustEncode(ports: FlowPorts, entries: readonly OutboxEntry[]): Promise<void> {
  for (const entry of entries) await ports.codec.encode({ ...entry, source: `trainyard/${ports.service}` });
}

function apply<State, C extends Command, Event extends { readonly type: string }>(
  aggregate: Aggregate<State, C, Event>,
  id: string,
  before: AggregateRecord<State> | undefined,
  events: readonly Event[],
  now: number,
  origin: Origin,
): AggregateRecord<State> {
  const revision = (before?.revision ?? 0) + 1;
  const outbox: OutboxEntry[] = [...(before?.outbox ?? [])];
  let state = before?.state;
  let n = 0;
  for (const event of events) {
    state = aggregate.evolve(state, event);
    for (const { type, key, data } of aggregate.announce(event, state)) {
      const entry = {
        id: `${aggregate.name}/${id}/${revision}/${n++}`,
        type,
        key,
        data: data as OutboxEntry['data'],
        time: now,
      };
      outbox.push(origin.traceparent ? { ...entry, traceparent: origin.traceparent } : entry);
    }
  }
  const inbox = origin.messageId ? [...(before?.inbox ?? []), origin.messageId] : (before?.inbox ?? []);
  // Asked by a message, or called into being: what follows belongs to that trace. A worker's report is part of it already.
  const traceparent = origin.messageId || !before ? origin.traceparent : before.traceparent;
  return { id, revision, state: state as State, inbox, outbox, ...(traceparent ? { traceparent } : {}) };
}
