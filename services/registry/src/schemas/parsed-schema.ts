import { createHash } from 'node:crypto';
import { type AvroSchema, checkBackward } from '@trainyard/contracts';
import { invalidSchema } from './registry-error.js';

/** What a client sends to register, look up or check a schema. */
export interface SchemaRequest {
  readonly schema?: unknown;
  readonly schemaType?: unknown;
  readonly references?: unknown;
}

/** A valid Avro schema; `hash` is equal for schemas that differ in spaces or in the order of keys only. */
export interface ParsedSchema {
  readonly schema: AvroSchema;
  readonly hash: string;
  /** The record's full name, when it is a named type. */
  readonly name: string | undefined;
}

/** @throws RegistryError 42201 */
export function parseSchema(request: SchemaRequest | undefined): ParsedSchema {
  if (typeof request?.schema !== 'string') throw invalidSchema('the body must be {"schema": "<Avro as a string>"}');
  if ((request.schemaType ?? 'AVRO') !== 'AVRO') throw invalidSchema('only the schema type AVRO is kept here');
  if (Array.isArray(request.references) && request.references.length > 0) {
    throw invalidSchema(
      'references to other subjects are not kept here; define the shared records in the schema itself',
    );
  }
  const schema = parseJson(request.schema);
  try {
    // Reads itself exactly when it is valid Avro.
    checkBackward(schema, schema);
  } catch (error) {
    throw invalidSchema((error as Error).message);
  }
  return { schema, hash: hashOf(schema), name: nameOf(schema) };
}

export function hashOf(schema: AvroSchema): string {
  return createHash('sha256').update(JSON.stringify(schema, sortKeys)).digest('hex');
}

function nameOf(schema: AvroSchema): string | undefined {
  if (typeof schema === 'string' || !('name' in schema) || !schema.name) return undefined;
  return schema.namespace && !schema.name.includes('.') ? `${schema.namespace}.${schema.name}` : schema.name;
}

/** A primitive may be given by its bare name, as the specification and the Java parser allow. */
function parseJson(text: string): AvroSchema {
  if (/^[a-z]+$/.test(text)) return text;
  try {
    return JSON.parse(text) as AvroSchema;
  } catch (error) {
    throw invalidSchema((error as Error).message);
  }
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
