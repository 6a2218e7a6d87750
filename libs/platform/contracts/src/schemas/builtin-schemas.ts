import type { AvroSchema } from '../avro-schema.js';
import type { EventType } from '../generated/events.js';
import { type ReleasedSchema, releasedSchemas } from '../generated/schemas.js';
import type { SchemaLookup, SchemaSource } from './schema-source.js';

const byId = new Map(releasedSchemas.map((released) => [released.id, released]));
const current = new Map(releasedSchemas.map((released) => [released.type, released]));

/** The schema that this code writes and reads an event with. */
export function currentSchema(type: EventType): ReleasedSchema {
  const released = current.get(type);
  if (!released) throw new Error(`no schema of ${type} was released`);
  return released;
}

/** The released schemas with their fixed ids, the same in every process: no registry needed. */
export function builtinSchemas(): SchemaSource {
  return {
    idOf: async (type) => currentSchema(type).id,
    schemaOf: async (id): Promise<AvroSchema | undefined> => byId.get(id)?.schema,
  };
}

/** The first source's ids, and for ids that it does not know those of `extra`. */
export function layeredSchemas(first: SchemaSource, extra: SchemaLookup): SchemaSource {
  return {
    idOf: (type) => first.idOf(type),
    schemaOf: async (id) => (await first.schemaOf(id)) ?? (await extra.schemaOf(id)),
  };
}
