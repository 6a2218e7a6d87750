export type { AvroDefinition, AvroField, AvroSchema } from './avro-schema.js';
export {
  type CatalogueTopic,
  contextOf,
  eventTypeOf,
  eventTypes,
  fullNameOf,
  isEventType,
  kindOf,
  topicOf,
  topics,
} from './catalogue.js';
export { type CodecOptions, EventCodec } from './codec.js';
export {
  DecodeError,
  type DecodeErrorCode,
  EventError,
  type EventErrorCode,
  SchemaError,
  type SchemaErrorCode,
} from './errors.js';
export type * from './generated/events.js';
export type { EncodedMessage, Message, OutgoingMessage, RawMessage } from './message.js';
export { builtinSchemas, currentSchema, layeredSchemas } from './schemas/builtin-schemas.js';
export type { SchemaLookup, SchemaSource } from './schemas/schema-source.js';
