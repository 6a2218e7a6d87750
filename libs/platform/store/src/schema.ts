import { StoreError } from './errors.js';
import type { CollectionSchema, Condition, IndexValue, Query, StoredDocument } from './store.js';

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
const RESERVED = new Set(['id', '_id', 'revision', 'body']);

/** Throws INVALID_SCHEMA when a name cannot be a table or column, or an index names a field that is not there. */
export function checkSchema(schema: CollectionSchema): void {
  const refuse = (what: string): never => {
    throw new StoreError('INVALID_SCHEMA', `Collection "${schema.name}": ${what}.`);
  };
  if (!NAME.test(schema.name)) refuse('the name must be letters, digits and underscores');
  for (const field of Object.keys(schema.fields)) {
    if (!NAME.test(field)) refuse(`field "${field}" must be letters, digits and underscores`);
    if (RESERVED.has(field.toLowerCase())) refuse(`field "${field}" has a reserved name`);
  }
  for (const index of schema.indexes) {
    if (index.length === 0) refuse('an index without fields');
    for (const field of index) {
      if (field !== 'id' && !Object.hasOwn(schema.fields, field)) refuse(`an index uses the unknown field "${field}"`);
    }
  }
}

/** The schema of an opened collection. Throws UNKNOWN_COLLECTION. */
export function schemaOf<T>(opened: ReadonlyMap<string, T>, collection: string): T {
  const schema = opened.get(collection);
  if (schema === undefined) {
    throw new StoreError('UNKNOWN_COLLECTION', `Collection "${collection}" was not opened: name it in open().`);
  }
  return schema;
}

/** The index of a document with every field of the schema, missing ones as null. Throws INVALID_DOCUMENT. */
export function completeIndex(schema: CollectionSchema, document: StoredDocument): Record<string, IndexValue> {
  const refuse = (what: string): never => {
    throw new StoreError('INVALID_DOCUMENT', `Document "${document.id}" of "${schema.name}": ${what}.`);
  };
  if (typeof document.id !== 'string' || document.id === '') refuse('the id must be a non-empty string');
  if (!Number.isSafeInteger(document.revision)) refuse('the revision must be an integer');
  if (document.body === undefined) refuse('the body is missing');
  for (const field of Object.keys(document.index)) {
    if (!Object.hasOwn(schema.fields, field)) refuse(`index field "${field}" is not in the schema`);
  }
  const index: Record<string, IndexValue> = {};
  for (const [field, type] of Object.entries(schema.fields)) {
    const value = document.index[field] ?? null;
    if (value !== null && (typeof value !== type || (type === 'number' && !Number.isFinite(value)))) {
      refuse(`index field "${field}" must be a ${type}, not ${String(value)}`);
    }
    index[field] = value;
  }
  return index;
}

export type Operator = 'lt' | 'lte' | 'gt' | 'gte';
/** One condition in the form adapters translate. */
export type Test =
  | { readonly field: string; readonly kind: 'in'; readonly values: readonly IndexValue[] }
  | { readonly field: string; readonly kind: Operator; readonly value: number | string };

/** The conditions of a query as a flat list, all of which must hold. Throws INVALID_QUERY. */
export function testsOf(schema: CollectionSchema, where: Query['where']): Test[] {
  const tests: Test[] = [];
  for (const [field, condition] of Object.entries(where ?? {})) {
    const type = fieldType(schema, field);
    const check = <V extends IndexValue>(value: V): V => {
      if (value === null || typeof value === type) return value;
      throw invalidQuery(
        schema,
        `field "${field}" is a ${type}, so it cannot be compared with ${JSON.stringify(value)}`,
      );
    };
    tests.push(...testsOfField(schema, field, condition, check));
  }
  return tests;
}

function testsOfField(
  schema: CollectionSchema,
  field: string,
  condition: Condition,
  check: <V extends IndexValue>(value: V) => V,
): Test[] {
  if (condition === null || typeof condition !== 'object') return [{ field, kind: 'in', values: [check(condition)] }];
  if ('in' in condition) return [{ field, kind: 'in', values: condition.in.map(check) }];
  const range: Test[] = [];
  for (const [kind, value] of Object.entries(condition)) {
    if (value === undefined) continue;
    if (kind !== 'lt' && kind !== 'lte' && kind !== 'gt' && kind !== 'gte') {
      throw invalidQuery(schema, `field "${field}" has the unknown condition "${kind}"`);
    }
    range.push({ field, kind, value: check(value) });
  }
  if (range.length === 0) throw invalidQuery(schema, `field "${field}" has an empty condition`);
  return range;
}

/** The order of a query with `id` as the last field, so that it is total. Throws INVALID_QUERY. */
export function orderOf(
  schema: CollectionSchema,
  query: Query,
): (readonly [field: string, direction: 'asc' | 'desc'])[] {
  const order = [...(query.orderBy ?? [])];
  for (const [field] of order) fieldType(schema, field);
  // The same direction as the last field lets a database walk one index backwards.
  if (!order.some(([field]) => field === 'id')) order.push(['id', order.at(-1)?.[1] ?? 'asc']);
  return order;
}

/** Throws INVALID_QUERY unless limit and offset are whole numbers from 0. */
export function checkPage(schema: CollectionSchema, query: Query): void {
  for (const [name, value] of [
    ['limit', query.limit],
    ['offset', query.offset ?? 0],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 0) throw invalidQuery(schema, `${name} must be a whole number from 0`);
  }
}

function fieldType(schema: CollectionSchema, field: string): 'string' | 'number' | 'boolean' {
  if (field === 'id') return 'string';
  const type = Object.hasOwn(schema.fields, field) ? schema.fields[field] : undefined;
  if (type === undefined) throw invalidQuery(schema, `field "${field}" is not in the schema`);
  return type;
}

function invalidQuery(schema: CollectionSchema, what: string): StoreError {
  return new StoreError('INVALID_QUERY', `Query on "${schema.name}": ${what}.`);
}
