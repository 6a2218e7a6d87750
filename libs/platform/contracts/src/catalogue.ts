import { type EventContext, type EventKind, type EventType, eventCatalogue } from './generated/events.js';

/** One topic as it is created. */
export interface CatalogueTopic {
  readonly name: string;
  readonly kind: EventKind | 'dead';
  readonly partitions: number;
  /** Milliseconds; absent: the broker's own setting. */
  readonly retentionMs?: number;
}

const DAY = 86_400_000;
const topicNames = { command: 'commands', fact: 'events', telemetry: 'telemetry' } as const;

export const eventTypes = Object.keys(eventCatalogue) as EventType[];

export function isEventType(name: string): name is EventType {
  return Object.hasOwn(eventCatalogue, name);
}

export function contextOf(type: EventType): EventContext {
  return eventCatalogue[type].context;
}

export function kindOf(type: EventType): EventKind {
  return eventCatalogue[type].kind;
}

/** `<context>.commands`, `<context>.events` or `<context>.telemetry`. */
export function topicOf(type: EventType): string {
  return `${contextOf(type)}.${topicNames[kindOf(type)]}`;
}

/** `io.trainyard.<context>.<Name>`: the Avro record's full name, and the CloudEvents type. */
export function fullNameOf(type: EventType): string {
  return `io.trainyard.${contextOf(type)}.${type}`;
}

/** The event of a record's full name; a bare name or another namespace will do, as event names are unique. */
export function eventTypeOf(name: string): EventType | undefined {
  const short = name.slice(name.lastIndexOf('.') + 1);
  return isEventType(short) ? short : undefined;
}

/**
 * Every topic of the platform. Six partitions let six processes share one kind of work. Telemetry is kept for a day;
 * nobody waits for it, so it has no dead letters. Dead letters are kept for thirty days.
 */
export const topics: readonly CatalogueTopic[] = [...new Set(eventTypes.map(topicOf))].sort().flatMap(withDeadLetters);

function withDeadLetters(name: string): CatalogueTopic[] {
  if (name.endsWith('.telemetry')) return [{ name, kind: 'telemetry', partitions: 3, retentionMs: DAY }];
  return [
    { name, kind: name.endsWith('.commands') ? 'command' : 'fact', partitions: 6 },
    { name: `${name}.dead`, kind: 'dead', partitions: 1, retentionMs: 30 * DAY },
  ];
}
