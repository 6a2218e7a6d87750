import type { AvroSchema } from './avro-schema.js';
import { type AvroType, avroTypeOf, readerOf } from './avro-types.js';
import { eventTypeOf } from './catalogue.js';
import { DecodeError } from './errors.js';
import type { EventType } from './generated/events.js';
import { checkLengths } from './wire-lengths.js';

/** Reads the messages of one writer's schema. */
export interface EventDecoder {
  readonly type: EventType;
  /** @throws DecodeError MALFORMED_EVENT */
  read(body: Buffer): unknown;
}

/**
 * Matches the writer's schema with the event that has its record's name, and resolves its fields to ours: unknown ones
 * are skipped, missing ones get their default.
 *
 * @throws DecodeError UNKNOWN_EVENT, INCOMPATIBLE_SCHEMA
 */
export function eventDecoder(id: number, schema: AvroSchema): EventDecoder {
  const writer = parse(id, schema);
  const type = writer.name === undefined ? undefined : eventTypeOf(writer.name);
  if (!type) {
    throw new DecodeError(
      'UNKNOWN_EVENT',
      `the schema ${id} describes ${writer.name ?? writer.typeName}, no event of ours`,
    );
  }
  const reader = readerOf(type);
  const resolver = resolve(id, type, writer);
  const read = (body: Buffer) => {
    try {
      checkLengths(writer, body);
      return plain(reader.fromBuffer(body, resolver));
    } catch (error) {
      throw new DecodeError('MALFORMED_EVENT', `${type} (schema ${id}): ${(error as Error).message}`, { cause: error });
    }
  };
  return { type, read };
}

function parse(id: number, schema: AvroSchema): AvroType {
  try {
    return avroTypeOf(schema);
  } catch (error) {
    throw new DecodeError('INCOMPATIBLE_SCHEMA', `the schema ${id} is not valid Avro: ${(error as Error).message}`);
  }
}

function resolve(id: number, type: EventType, writer: AvroType) {
  try {
    return readerOf(type).createResolver(writer, { ignoreNamespaces: true });
  } catch (error) {
    throw new DecodeError(
      'INCOMPATIBLE_SCHEMA',
      `the schema ${id} cannot be read as ${type}: ${(error as Error).message}`,
    );
  }
}

/** avsc's records have a class of their own; handlers, stores and comparisons want plain objects. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
