import type avro from 'avsc';
import type { AvroType } from './avro-types.js';

/**
 * Walks over a message and proves that it is as long as it says, before anything is allocated. avsc believes the
 * counts it reads: ten bytes that announce a trillion items would keep it busy for ever.
 *
 * @throws Error when a count, a length or a branch is impossible
 */
export function checkLengths(type: AvroType, bytes: Buffer): void {
  const end = new Walk(bytes).skip(type, 0);
  if (end !== bytes.byteLength) throw new Error(`${bytes.byteLength - end} bytes are left over`);
}

class Walk {
  /** Items may take no bytes at all (nulls), so what they announce is bounded over the whole message. */
  private items = 0;

  constructor(private readonly bytes: Buffer) {}

  /** @returns the position after the value at `at` */
  skip(type: AvroType, at: number): number {
    switch (type.typeName) {
      case 'null':
        return at;
      case 'boolean':
        return this.within(at + 1);
      case 'int':
      case 'long':
      case 'enum':
        return this.varint(at).next;
      case 'float':
        return this.within(at + 4);
      case 'double':
        return this.within(at + 8);
      case 'fixed':
        return this.within(at + (type as avro.types.FixedType).size);
      case 'bytes':
      case 'string':
        return this.skipBytes(at);
      case 'record':
        return (type as avro.types.RecordType).fields.reduce((next, field) => this.skip(field.type, next), at);
      case 'array':
        return this.skipBlocks(at, (next) => this.skip((type as avro.types.ArrayType).itemsType, next));
      case 'map':
        return this.skipBlocks(at, (next) => this.skip((type as avro.types.MapType).valuesType, this.skipBytes(next)));
      default:
        return this.skipUnion(type as avro.types.UnwrappedUnionType, at);
    }
  }

  private skipBytes(at: number): number {
    const { value, next } = this.varint(at);
    if (value < 0) throw new Error(`a length is negative at byte ${at}`);
    return this.within(next + value);
  }

  private skipUnion(type: avro.types.UnwrappedUnionType, at: number): number {
    const { value, next } = this.varint(at);
    const branch = type.types[value];
    if (!branch) throw new Error(`a union has no branch ${value} at byte ${at}`);
    return this.skip(branch, next);
  }

  private skipBlocks(at: number, skipItem: (at: number) => number): number {
    for (let next = at; ; ) {
      const block = this.varint(next);
      if (block.value === 0) return block.next;
      const count = Math.abs(block.value);
      this.items += count;
      if (this.items > this.bytes.byteLength)
        throw new Error(`more items are announced at byte ${next} than there are bytes`);
      next = block.value < 0 ? this.varint(block.next).next : block.next;
      for (let item = 0; item < count; item++) next = skipItem(next);
    }
  }

  /** A zigzag varint of up to 64 bits, as a number: exact to 2^53, and beyond that far too large for any length. */
  private varint(at: number): { readonly value: number; readonly next: number } {
    let unsigned = 0;
    let scale = 1;
    for (let next = at; next < at + 10; scale *= 128) {
      const byte = this.bytes[next++];
      if (byte === undefined) break;
      unsigned += (byte & 0x7f) * scale;
      if (byte < 0x80) return { value: unsigned % 2 === 0 ? unsigned / 2 : -(unsigned + 1) / 2, next };
    }
    throw new Error(`the message ends or is not Avro at byte ${at}`);
  }

  private within(end: number): number {
    if (end > this.bytes.byteLength) throw new Error(`the message is ${end - this.bytes.byteLength} bytes short`);
    return end;
  }
}
