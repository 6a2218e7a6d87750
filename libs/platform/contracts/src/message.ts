import type { EventData, EventInput, EventType } from './generated/events.js';

/** An event as handlers see it. `(source, id)` identifies it for ever; `key` orders; `time` is in ms since 1970. */
export interface Message<T extends EventType = EventType> {
  readonly type: T;
  readonly id: string;
  readonly source: string;
  readonly key: string;
  readonly time: number;
  /** W3C trace context. */
  readonly traceparent?: string;
  readonly data: EventData[T];
}

/** A message whose type tells what its data is: `switch (message.type)` narrows both. */
export type AnyMessage = { [T in EventType]: Message<T> }[EventType];

/** A message whose data may leave out the fields that have a default. */
export interface OutgoingMessage<T extends EventType = EventType> extends Omit<Message<T>, 'data'> {
  readonly data: EventInput[T];
}

/** A message as it travels. */
export interface EncodedMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Record<string, string>;
}

/** A message as it arrives; a bus may say where it was. */
export interface RawMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly partition?: number;
  readonly offset?: string;
}
