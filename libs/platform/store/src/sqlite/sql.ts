import { checkPage, orderOf, type Test, testsOf } from '../schema.js';
import type { CollectionSchema, IndexValue, Query } from '../store.js';

/** SQL with its values in order. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

/** Names are checked by the schema already; quoting keeps keywords such as "order" usable. */
export function quote(name: string): string {
  return `"${name}"`;
}

export function toColumn(value: IndexValue): string | number | null {
  return typeof value === 'boolean' ? Number(value) : value;
}

export function fromColumn(type: 'string' | 'number' | 'boolean', value: string | number | null): IndexValue {
  return type === 'boolean' && value !== null ? value !== 0 : value;
}

/** The SELECT of a query. SQLite sorts NULL first, as the port promises. Throws INVALID_QUERY. */
export function findStatement(schema: CollectionSchema, query: Query): Statement {
  checkPage(schema, query);
  const where = whereClause(schema, query.where);
  const order = orderOf(schema, query).map(([field, direction]) => `${quote(field)} ${direction.toUpperCase()}`);
  return {
    sql: `SELECT * FROM ${quote(schema.name)}${where.sql} ORDER BY ${order.join(', ')} LIMIT ? OFFSET ?`,
    values: [...where.values, query.limit, query.offset ?? 0],
  };
}

export function whereClause(schema: CollectionSchema, where: Query['where']): Statement {
  const parts = testsOf(schema, where).map(condition);
  if (parts.length === 0) return { sql: '', values: [] };
  return { sql: ` WHERE ${parts.map((part) => part.sql).join(' AND ')}`, values: parts.flatMap((part) => part.values) };
}

const OPERATORS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

function condition(test: Test): Statement {
  const column = quote(test.field);
  if (test.kind !== 'in') return { sql: `${column} ${OPERATORS[test.kind]} ?`, values: [test.value] };
  const values = test.values.filter((value) => value !== null).map(toColumn);
  const either: string[] = [];
  if (values.length === 1) either.push(`${column} = ?`);
  if (values.length > 1) either.push(`${column} IN (${values.map(() => '?').join(', ')})`);
  if (values.length < test.values.length) either.push(`${column} IS NULL`);
  return { sql: either.length === 0 ? '0' : `(${either.join(' OR ')})`, values };
}
