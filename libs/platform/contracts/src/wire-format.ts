import { DecodeError } from './errors.js';

const MAGIC = 0;
const HEAD = 5;

/** Confluent wire format: a zero byte, the schema id (int32, big-endian), the Avro bytes. */
export function frame(id: number, body: Uint8Array): Uint8Array {
  const value = new Uint8Array(HEAD + body.byteLength);
  value[0] = MAGIC;
  new DataView(value.buffer).setInt32(1, id);
  value.set(body, HEAD);
  return value;
}

/** @throws DecodeError BAD_MAGIC */
export function readFrame(value: Uint8Array): { readonly id: number; readonly body: Buffer } {
  if (value.byteLength < HEAD || value[0] !== MAGIC) {
    const found = value.byteLength === 0 ? 'nothing' : `the byte ${value[0]} and ${value.byteLength} bytes in all`;
    throw new DecodeError(
      'BAD_MAGIC',
      `not in the Confluent wire format (a zero byte, a four-byte schema id, Avro): found ${found}`,
    );
  }
  const buffer = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { id: buffer.readInt32BE(1), body: buffer.subarray(HEAD) };
}
