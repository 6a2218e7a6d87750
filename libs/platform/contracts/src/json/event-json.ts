import type { AvroDefinition, AvroSchema } from '../avro-schema.js';
import { fullNameOf } from '../catalogue.js';
import { EventError } from '../errors.js';
import type { EventData, EventType } from '../generated/events.js';
import type { Message } from '../message.js';
import { currentSchema } from '../schemas/builtin-schemas.js';
import { JsonReader } from './json-reader.js';
import { writeJson } from './json-writer.js';

const MENTIONED = 10;
const definitions = new Map<EventType, ReadonlyMap<string, AvroDefinition>>();

/**
 * An event's data from JSON: dates are ISO 8601 strings (or ms since 1970), defaults are filled in.
 *
 * @throws EventError INVALID_EVENT naming every wrong, missing or unknown field
 */
export function eventFromJson<T extends EventType>(type: T, json: unknown): EventData[T] {
  const { schema } = currentSchema(type);
  const reader = new JsonReader(namesOf(type));
  const data = reader.read(schema, json, '');
  const [first] = reader.problems;
  if (first) {
    const said = reader.problems.slice(0, MENTIONED).map(({ field, message }) => `${field || 'data'} ${message}`);
    const more = reader.problems.length > MENTIONED ? `; and ${reader.problems.length - MENTIONED} more` : '';
    throw new EventError('INVALID_EVENT', `${type}: ${said.join('; ')}${more}`, first.field);
  }
  return data as EventData[T];
}

/** A CloudEvent in the JSON event format (structured mode): dates are ISO 8601 strings, absent fields are left out. */
export interface CloudEventJson {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly traceparent?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function toJson(message: Message): CloudEventJson {
  const { type, id, source, key, time, traceparent } = message;
  return {
    specversion: '1.0',
    id,
    source,
    type: fullNameOf(type),
    subject: key,
    time: new Date(time).toISOString(),
    datacontenttype: 'application/json',
    ...(traceparent ? { traceparent } : {}),
    data: writeJson(namesOf(type), currentSchema(type).schema, message.data) as Record<string, unknown>,
  };
}

/** The records of an event's schema by full name; the others refer to them so. */
function namesOf(type: EventType): ReadonlyMap<string, AvroDefinition> {
  let names = definitions.get(type);
  if (!names) {
    const found = new Map<string, AvroDefinition>();
    collect(currentSchema(type).schema, found);
    names = found;
    definitions.set(type, names);
  }
  return names;
}

function collect(schema: AvroSchema | undefined, found: Map<string, AvroDefinition>): void {
  if (schema === undefined || typeof schema === 'string') return;
  if (isUnion(schema)) {
    for (const branch of schema) collect(branch, found);
    return;
  }
  if (schema.type === 'record') found.set(`${schema.namespace}.${schema.name}`, schema);
  collect(schema.items, found);
  collect(schema.values, found);
  for (const field of schema.fields ?? []) collect(field.type, found);
}

function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}
