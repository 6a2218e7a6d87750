import type { AvroDefinition, AvroSchema } from '../avro-schema.js';
import { nodeOf, type SchemaNode } from './schema-node.js';

/** One thing wrong with a document; `field` is its path: `dataset.uri`, `gates[0].min`. */
export interface JsonProblem {
  readonly field: string;
  readonly message: string;
}

const nouns = {
  null: 'null',
  boolean: 'true or false',
  int: 'a whole number (32 bits)',
  long: 'a whole number',
  double: 'a number',
  string: 'a string',
  timestamp: 'a date such as 2026-11-21T08:00:00Z',
  record: 'an object',
  map: 'an object',
  array: 'an array',
  union: 'one of several kinds',
} as const;

/** Reads JSON by an Avro schema, fills in defaults, and collects everything that is wrong instead of stopping at once. */
export class JsonReader {
  readonly problems: JsonProblem[] = [];

  constructor(private readonly names: ReadonlyMap<string, AvroDefinition>) {}

  read(schema: AvroSchema, value: unknown, path: string): unknown {
    const node = nodeOf(schema, this.names);
    switch (node.kind) {
      case 'record':
        return isObject(value) ? this.readRecord(node.record, value, path) : this.wrong(node.kind, value, path);
      case 'array':
        return Array.isArray(value)
          ? value.map((item, i) => this.read(node.items, item, `${path}[${i}]`))
          : this.wrong(node.kind, value, path);
      case 'map':
        return isObject(value)
          ? Object.fromEntries(
              Object.entries(value).map(([key, item]) => [key, this.read(node.values, item, join(path, key))]),
            )
          : this.wrong(node.kind, value, path);
      case 'union':
        return this.readUnion(node.branches, value, path);
      case 'timestamp':
        return readTimestamp(value) ?? this.wrong(node.kind, value, path);
      default:
        return fits(node, value) ? value : this.wrong(node.kind, value, path);
    }
  }

  private readRecord(record: AvroDefinition, value: Readonly<Record<string, unknown>>, path: string): unknown {
    const fields = record.fields ?? [];
    for (const key of Object.keys(value)) {
      if (fields.some(({ name }) => name === key)) continue;
      const known = fields.map(({ name }) => name).join(', ');
      this.problems.push({ field: join(path, key), message: `is no field of ${record.name} (known: ${known})` });
    }
    const entries = fields.map((field) => {
      const at = join(path, field.name);
      if (Object.hasOwn(value, field.name) && value[field.name] !== undefined) {
        return [field.name, this.read(field.type, value[field.name], at)];
      }
      if (!('default' in field)) this.problems.push({ field: at, message: 'is missing' });
      return [field.name, structuredClone(field.default)];
    });
    return Object.fromEntries(entries);
  }

  /** The branch is chosen by the value's kind, so that a mistake deep inside a branch is named where it is. */
  private readUnion(branches: readonly AvroSchema[], value: unknown, path: string): unknown {
    const branch = branches.find((candidate) => resembles(nodeOf(candidate, this.names), value));
    if (branch !== undefined) return this.read(branch, value, path);
    const kinds = branches.map((candidate) => nouns[nodeOf(candidate, this.names).kind]);
    this.problems.push({ field: path, message: `must be ${kinds.join(' or ')}, not ${show(value)}` });
    return undefined;
  }

  private wrong(kind: SchemaNode['kind'], value: unknown, path: string): undefined {
    this.problems.push({ field: path, message: `must be ${nouns[kind]}, not ${show(value)}` });
    return undefined;
  }
}

function fits({ kind }: SchemaNode, value: unknown): boolean {
  switch (kind) {
    case 'null':
      return value === null;
    case 'int':
      return Number.isInteger(value) && (value as number) === ((value as number) | 0);
    case 'long':
      return Number.isSafeInteger(value);
    case 'double':
      return typeof value === 'number';
    default:
      return typeof value === kind;
  }
}

/** Whether a value was meant for a branch, right or wrong in its details. */
function resembles(node: SchemaNode, value: unknown): boolean {
  switch (node.kind) {
    case 'record':
    case 'map':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'int':
    case 'long':
    case 'double':
      return typeof value === 'number';
    case 'timestamp':
      return typeof value === 'string' || typeof value === 'number';
    default:
      return fits(node, value);
  }
}

function readTimestamp(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}(T|$)/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? String(value);
}
