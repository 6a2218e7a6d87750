import { readerOf } from './avro-types.js';
import { topicOf } from './catalogue.js';
import { headersOf, identify } from './cloud-event-headers.js';
import { type EventDecoder, eventDecoder } from './decoder.js';
import { DecodeError, EventError } from './errors.js';
import type { EventData, EventType } from './generated/events.js';
import type { EncodedMessage, Message, OutgoingMessage, RawMessage } from './message.js';
import type { SchemaSource } from './schemas/schema-source.js';
import { frame, readFrame } from './wire-format.js';

export interface CodecOptions {
  /** The largest value, in bytes (default 1 MiB: what Kafka brokers accept unless told otherwise). */
  readonly maxBytes?: number;
  /** The time of messages that do not tell theirs. */
  readonly now?: () => number;
}

const KEPT_DECODERS = 1000;

/** Messages to bytes and back: Avro in the Confluent wire format under CloudEvents headers (Kafka binding, binary mode). */
export class EventCodec {
  private readonly decoders = new Map<number, EventDecoder>();
  private readonly maxBytes: number;
  private readonly now: () => number;

  constructor(
    private readonly schemas: SchemaSource,
    { maxBytes = 1024 * 1024, now = Date.now }: CodecOptions = {},
  ) {
    this.maxBytes = maxBytes;
    this.now = now;
  }

  /**
   * Fields with a default may be missing; fields that the schema does not name are left out.
   *
   * @throws EventError INVALID_EVENT naming the wrong fields, or MESSAGE_TOO_LARGE; the schema source's errors
   */
  async encode<T extends EventType>(message: OutgoingMessage<T>): Promise<EncodedMessage> {
    const value = frame(await this.schemas.idOf(message.type), encodeData(message.type, message.data));
    if (value.byteLength > this.maxBytes) {
      throw new EventError('MESSAGE_TOO_LARGE', `${message.type} ${message.id} has ${this.tooLarge(value)}`);
    }
    return { topic: topicOf(message.type), key: message.key, value, headers: headersOf(message) };
  }

  /**
   * Reads what any version of the schema wrote. Missing CloudEvents headers are made up in a way that gives a repeated
   * message the same id.
   *
   * @throws DecodeError when the message can never be read; the schema source's errors, retriable when it is away
   */
  async decode(raw: RawMessage): Promise<Message> {
    if (raw.value.byteLength > this.maxBytes) {
      throw new DecodeError('MESSAGE_TOO_LARGE', `the message has ${this.tooLarge(raw.value)}`);
    }
    const { id, body } = readFrame(raw.value);
    const { type, read } = await this.decoderOf(id);
    const data = read(body) as EventData[EventType];
    return { type, ...identify(raw, type, data, this.now), data };
  }

  private async decoderOf(id: number): Promise<EventDecoder> {
    let decoder = this.decoders.get(id);
    if (!decoder) {
      const schema = await this.schemas.schemaOf(id);
      if (schema === undefined) {
        throw new DecodeError(
          'UNKNOWN_SCHEMA',
          `nobody has registered the schema id ${id}; register it under /schemas`,
        );
      }
      decoder = eventDecoder(id, schema);
      if (this.decoders.size >= KEPT_DECODERS) this.decoders.clear();
      this.decoders.set(id, decoder);
    }
    return decoder;
  }

  private tooLarge(value: Uint8Array): string {
    return `${value.byteLength} bytes; the limit is ${this.maxBytes}`;
  }
}

function encodeData(type: EventType, data: unknown): Buffer {
  const writer = readerOf(type);
  const wrong: string[] = [];
  let field: string | undefined;
  const errorHook = (path: string[], value: unknown, expected: { toString(): string }) => {
    field ??= path.join('.');
    wrong.push(`${path.join('.') || type} must be ${expected}, not ${JSON.stringify(value)?.slice(0, 100)}`);
  };
  if (!writer.isValid(data, { errorHook })) {
    throw new EventError('INVALID_EVENT', `${type}: ${wrong.join('; ')}`, field);
  }
  return writer.toBuffer(data);
}
