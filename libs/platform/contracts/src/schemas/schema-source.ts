import type { AvroSchema } from '../avro-schema.js';
import type { EventType } from '../generated/events.js';

/** Where schema ids come from. Errors with `retriable: true` mean that the source is away for the moment. */
export interface SchemaSource {
  /** The id that says "the current schema of this event" in a message. */
  idOf(type: EventType): Promise<number>;
  /** The schema that a message was written with; undefined when nobody has registered the id. */
  schemaOf(id: number): Promise<AvroSchema | undefined>;
}

/** The half of a source that reads: other people's schemas. */
export type SchemaLookup = Pick<SchemaSource, 'schemaOf'>;
