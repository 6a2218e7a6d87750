import type { AvroSchema } from '../avro-schema.js';
import { eventTypes } from '../catalogue.js';
import { SchemaError } from '../errors.js';
import type { EventType } from '../generated/events.js';
import { currentSchema } from './builtin-schemas.js';
import { RegistryClient } from './registry-client.js';
import type { SchemaSource } from './schema-source.js';
import { subjectOf } from './subjects.js';

/** A schema source behind a Confluent Schema Registry. */
export interface ConfluentSchemas extends SchemaSource {
  /** Registers the current schema of every event. Messages register theirs anyway; this lets others find them before. */
  registerAll(): Promise<void>;
}

/**
 * An external Schema Registry (Confluent, Apicurio, Karapace, ours): our schemas are registered there under
 * `<topic>-<full name>`, and its ids are used. Answers are kept for ever, as ids never change their meaning.
 *
 * @param url may hold `user:password@`, and several addresses separated by commas
 */
export function confluentSchemas(url: string): ConfluentSchemas {
  const client = new RegistryClient(url);
  const ids = new Map<EventType, Promise<number>>();
  const schemas = new Map<number, AvroSchema>();

  const register = async (type: EventType): Promise<number> => {
    const path = `/subjects/${encodeURIComponent(subjectOf(type))}/versions`;
    const answer = await client.call<{ id: number }>('POST', path, {
      schema: JSON.stringify(currentSchema(type).schema),
    });
    if (answer) return answer.id;
    throw new SchemaError('SCHEMA_REGISTRY_REFUSED', `${client.name} has no ${path}: is SCHEMA_REGISTRY_URL its base?`);
  };
  const idOf = (type: EventType): Promise<number> => {
    let id = ids.get(type);
    if (!id) {
      id = register(type);
      ids.set(type, id);
      id.catch(() => ids.delete(type));
    }
    return id;
  };
  const fetchSchema = async (id: number): Promise<AvroSchema | undefined> => {
    const answer = await client.call<RegisteredSchema>('GET', `/schemas/ids/${id}`);
    if (!answer) return undefined;
    const { schema, schemaType = 'AVRO', references = [] } = answer;
    if (schemaType === 'AVRO' && references.length === 0) return JSON.parse(schema) as AvroSchema;
    const what =
      schemaType === 'AVRO' ? 'refers to other schemas; register it self-contained' : `is ${schemaType}, not AVRO`;
    throw new SchemaError('SCHEMA_REGISTRY_REFUSED', `the schema ${id} of ${client.name} ${what}`);
  };
  return {
    idOf,
    async schemaOf(id) {
      const known = schemas.get(id);
      if (known !== undefined) return known;
      const schema = await fetchSchema(id);
      if (schema !== undefined) schemas.set(id, schema);
      return schema;
    },
    async registerAll() {
      for (const type of eventTypes) await idOf(type);
    },
  };
}

interface RegisteredSchema {
  readonly schema: string;
  readonly schemaType?: string;
  readonly references?: readonly unknown[];
}
