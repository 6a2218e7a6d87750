import type { EventData, EventType } from '@trainyard/contracts';
import type { StoredDocument } from '@trainyard/store';
import type { AnyAggregate } from './aggregate.js';

/** An event that waits to be published. Its id names the revision that made it, so publishing twice is seen. */
export interface OutboxEntry {
  readonly id: string;
  readonly type: EventType;
  readonly key: string;
  readonly data: EventData[EventType];
  readonly time: number;
  readonly traceparent?: string;
}

/** An aggregate as stored: its state, the ids of the messages it has absorbed, and the events it still owes the world. */
export interface AggregateRecord<State> {
  readonly id: string;
  readonly revision: number;
  readonly state: State;
  readonly inbox: readonly string[];
  readonly outbox: readonly OutboxEntry[];
  /** The trace of what it was last asked to do: what workers and timers do later belongs to it too. */
  readonly traceparent?: string;
}

export function fromStored<State>(document: StoredDocument): AggregateRecord<State> {
  const body = document.body as Omit<AggregateRecord<State>, 'id' | 'revision'>;
  return { id: document.id, revision: document.revision, ...body };
}

export function toStored<State>(aggregate: AnyAggregate, record: AggregateRecord<State>): StoredDocument {
  return {
    id: record.id,
    revision: record.revision,
    index: {
      ...aggregate.index(record.state),
      flowWakeAt: aggregate.wakeAt?.(record.state) ?? null,
      flowOutboxAt: record.outbox[0]?.time ?? null,
    },
    body: {
      state: record.state,
      inbox: record.inbox,
      outbox: record.outbox,
      ...(record.traceparent ? { traceparent: record.traceparent } : {}),
    },
  };
}
