import type { EventInput, EventType } from '@trainyard/contracts';
import type { CollectionSchema, IndexValue } from '@trainyard/store';

/** What an aggregate is told to do: a message from the bus, an HTTP call, or the flow's own `Wake`. */
export interface Command {
  readonly type: string;
}

/** Sent to an aggregate when its `wakeAt` has passed. */
export interface Wake {
  readonly type: 'Wake';
}

/** Time is an argument, so that a decision can be replayed. */
export interface Context {
  readonly id: string;
  readonly now: number;
}

/** An event for other services; it leaves through the outbox. `key` orders: usually the job's id. */
export type Announcement = {
  [T in EventType]: { readonly type: T; readonly key: string; readonly data: EventInput[T] };
}[EventType];

/**
 * One document that changes only by its own events.
 *
 * `decide` answers a command with events and changes nothing; `evolve` applies one event; `announce` says which events
 * other services hear of. All three are pure.
 */
export interface Aggregate<State, C extends Command, Event extends { readonly type: string }> {
  /** The collection, and the first part of the ids of its events. */
  readonly name: string;
  /** Flat fields that queries use, and the indexes over them. */
  readonly fields: CollectionSchema['fields'];
  readonly indexes: CollectionSchema['indexes'];
  /** @throws Rejection when the state does not allow the command */
  decide(state: State | undefined, command: C | Wake, context: Context): readonly Event[];
  evolve(state: State | undefined, event: Event): State;
  announce(event: Event, state: State): readonly Announcement[];
  index(state: State): Readonly<Record<string, IndexValue>>;
  /** When the aggregate wants a `Wake`, in ms since 1970; null for never. */
  wakeAt?(state: State): number | null;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry of aggregates of different states has no narrower type
export type AnyAggregate = Aggregate<any, any, any>;

/** The documents' collection: the aggregate's own fields and the two that the flow itself queries. */
export function collectionOf(aggregate: AnyAggregate): CollectionSchema {
  return {
    name: aggregate.name,
    fields: { ...aggregate.fields, flowWakeAt: 'number', flowOutboxAt: 'number' },
    indexes: [...aggregate.indexes, ['flowWakeAt'], ['flowOutboxAt']],
  };
}
