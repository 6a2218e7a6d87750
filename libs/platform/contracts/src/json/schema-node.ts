import type { AvroDefinition, AvroSchema } from '../avro-schema.js';

/** A schema with names replaced by what they stand for. */
export type SchemaNode =
  | { readonly kind: Primitive | 'timestamp' }
  | { readonly kind: 'record'; readonly record: AvroDefinition }
  | { readonly kind: 'array'; readonly items: AvroSchema }
  | { readonly kind: 'map'; readonly values: AvroSchema }
  | { readonly kind: 'union'; readonly branches: readonly AvroSchema[] };

type Primitive = 'null' | 'boolean' | 'int' | 'long' | 'double' | 'string';
const primitives = new Set<string>(['null', 'boolean', 'int', 'long', 'double', 'string'] satisfies Primitive[]);

/** @throws Error for what our schemas do not use: bytes, fixed, enum, float */
export function nodeOf(schema: AvroSchema, names: ReadonlyMap<string, AvroDefinition>): SchemaNode {
  if (typeof schema === 'string') {
    const record = names.get(schema);
    if (record) return { kind: 'record', record };
    if (primitives.has(schema)) return { kind: schema as Primitive };
    throw new Error(`${schema} has no form in JSON`);
  }
  if (isDefinition(schema)) {
    if (schema.type === 'record') return { kind: 'record', record: schema };
    if (schema.type === 'array') return { kind: 'array', items: schema.items! };
    if (schema.type === 'map') return { kind: 'map', values: schema.values! };
    if (schema.logicalType === 'timestamp-millis') return { kind: 'timestamp' };
    return nodeOf(schema.type, names);
  }
  return { kind: 'union', branches: schema };
}

function isDefinition(schema: AvroSchema): schema is AvroDefinition {
  return !Array.isArray(schema);
}
