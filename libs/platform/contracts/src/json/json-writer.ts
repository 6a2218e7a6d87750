import type { AvroDefinition, AvroSchema } from '../avro-schema.js';
import { nodeOf } from './schema-node.js';

/** Decoded data as JSON: dates as ISO 8601 strings; fields that are null because nobody gave them are left out. */
export function writeJson(names: ReadonlyMap<string, AvroDefinition>, schema: AvroSchema, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const node = nodeOf(schema, names);
  switch (node.kind) {
    case 'timestamp':
      return new Date(value as number).toISOString();
    case 'array':
      return (value as unknown[]).map((item) => writeJson(names, node.items, item));
    case 'map':
      return mapEntries(value, (item) => writeJson(names, node.values, item));
    case 'union': {
      const branch = node.branches.find((candidate) => holds(nodeOf(candidate, names).kind, value));
      return branch === undefined ? value : writeJson(names, branch, value);
    }
    case 'record': {
      const data = value as Readonly<Record<string, unknown>>;
      const present = (node.record.fields ?? []).filter(({ name }) => data[name] !== null && data[name] !== undefined);
      return Object.fromEntries(present.map(({ name, type }) => [name, writeJson(names, type, data[name])]));
    }
    default:
      return value;
  }
}

function holds(kind: string, value: unknown): boolean {
  if (Array.isArray(value)) return kind === 'array';
  if (typeof value === 'object') return kind === 'record' || kind === 'map';
  if (typeof value === 'number') return ['int', 'long', 'double', 'timestamp'].includes(kind);
  return kind === typeof value;
}

function mapEntries(value: unknown, change: (item: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, change(item)]));
}
