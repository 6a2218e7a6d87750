import avro from 'avsc';
import type { AvroSchema } from './avro-schema.js';
import type { EventType } from './generated/events.js';
import { currentSchema } from './schemas/builtin-schemas.js';

export type AvroType = avro.Type;

const readers = new Map<EventType, AvroType>();

/** The type of an event's current schema; unions are plain values. */
export function readerOf(type: EventType): AvroType {
  let reader = readers.get(type);
  if (!reader) {
    reader = avroTypeOf(currentSchema(type).schema, 'never');
    readers.set(type, reader);
  }
  return reader;
}

/**
 * The type of anybody's schema. Unions that plain values cannot tell apart (two numbers, say) are no problem when the
 * type is only resolved to another one: leave `wrapUnions` at `auto`.
 *
 * @throws Error when the schema is not valid Avro
 */
export function avroTypeOf(schema: AvroSchema, wrapUnions: 'auto' | 'never' = 'auto'): AvroType {
  // avsc's own types know no readonly.
  return avro.Type.forSchema(schema as Parameters<typeof avro.Type.forSchema>[0], {
    wrapUnions,
    omitRecordMethods: true,
  });
}
