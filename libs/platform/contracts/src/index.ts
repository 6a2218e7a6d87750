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
export { type Compatibility, checkBackward } from './compatibility.js';
export {
  DecodeError,
  type DecodeErrorCode,
  EventError,
  type EventErrorCode,
  SchemaError,
  type SchemaErrorCode,
} from './errors.js';
export type * from './generated/events.js';
export { type ReleasedSchema, releasedSchemas } from './generated/schemas.js';
export { type HttpHeaders, keyOf, parseCloudEvent } from './json/cloud-event.js';
export { type CloudEventJson, eventFromJson, toJson } from './json/event-json.js';
export type { AnyMessage, EncodedMessage, Message, OutgoingMessage, RawMessage } from './message.js';
export { nobodyTakes } from './pools.js';
export { builtinSchemas, currentSchema, layeredSchemas } from './schemas/builtin-schemas.js';
export { type ConfluentSchemas, confluentSchemas } from './schemas/confluent-schemas.js';
export type { SchemaLookup, SchemaSource } from './schemas/schema-source.js';
export {
  type SchemaDocuments,
  type StoredSchema,
  schemaCollection,
  schemaKey,
  storedSchemas,
} from './schemas/stored-schemas.js';
export { subjectOf } from './schemas/subjects.js';
