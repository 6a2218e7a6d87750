import type { DuckDBConnection, DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api';
import { CategoryBuilder, NumericBuilder } from './column-builder.js';
import { sqlName } from './duckdb-session.js';
import { LearnError } from './errors.js';
import type { ReadOptions } from './read-options.js';
import type { Table } from './table.js';
import { columnNotFound } from './table-columns.js';

/** A column as DuckDB sees it (`source`) and as the table names it (`name`). */
export interface SourceColumn {
  readonly source: string;
  readonly name: string;
  readonly type: string;
}

type Builder = NumericBuilder | CategoryBuilder;

/** The columns of a SQL source, in its order. */
export async function describeSource(connection: DuckDBConnection, source: string): Promise<SourceColumn[]> {
  const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
  return reader.getRows().map((row) => ({ source: String(row[0]), name: String(row[0]), type: String(row[1]) }));
}

/** The columns that the options name, in that order, or all. Throws COLUMN_NOT_FOUND. */
export function chooseColumns(available: readonly SourceColumn[], options: ReadOptions, file: string): SourceColumn[] {
  if (!options.columns) return [...available];
  const names = available.map((column) => column.name);
  return options.columns.map((name) => {
    const column = available.find((candidate) => candidate.name === name);
    if (!column) throw columnNotFound(name, names, file);
    return column;
  });
}

/** How a column leaves DuckDB: as a DOUBLE where NaN is missing, or as text. */
function planColumn(column: SourceColumn, rows: number): { sql: string; builder: Builder } {
  const id = sqlName(column.source);
  const numeric = (sql: string, flags: { date?: boolean; boolean?: boolean } = {}) => ({
    sql: `coalesce(CAST(${sql} AS DOUBLE), CAST('nan' AS DOUBLE))`,
    builder: new NumericBuilder(column.name, flags, rows),
  });
  if (column.type === 'BOOLEAN') return numeric(id, { boolean: true });
  if (/^(DATE|TIME)/.test(column.type)) return numeric(`epoch_ms(${id})`, { date: true });
  if (column.type === 'INTERVAL') return numeric(`epoch_ms(${id})`);
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/.test(column.type)) return numeric(id);
  // A JSON column (mixed types) gives its text without the quotes that a cast would keep.
  const text = column.type === 'JSON' ? `${id} ->> '$'` : `CAST(${id} AS VARCHAR)`;
  return { sql: text, builder: new CategoryBuilder(column.name, rows) };
}

function appendChunk(chunk: DuckDBDataChunk, builders: readonly Builder[]): void {
  const count = chunk.rowCount;
  for (let j = 0; j < builders.length; j++) {
    const builder = builders[j]!;
    const vector = chunk.getColumnVector(j) as DuckDBVector<number> | DuckDBVector<string>;
    if (builder instanceof NumericBuilder) {
      const room = builder.extend(count);
      for (let i = 0; i < count; i++) room[i] = vector.getItem(i) as number;
    } else {
      const room = builder.extend(count);
      for (let i = 0; i < count; i++) room[i] = builder.code(vector.getItem(i) as string | null);
    }
  }
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LearnError('ABORTED', 'Reading the data was cancelled.');
}

async function firstRow(connection: DuckDBConnection, sql: string): Promise<readonly unknown[]> {
  return (await connection.runAndReadAll(sql)).getRows()[0]!;
}

/**
 * Streams the given columns of a SQL source into a table, 2,048 rows at a time. Rows are counted first, so no column is
 * ever copied, and because a DuckDB stream that fails ends as if there were no more rows: a short one is an error.
 * Throws ABORTED, and what DuckDB says is wrong with the file.
 */
export async function streamColumns(
  connection: DuckDBConnection,
  source: string,
  columns: readonly SourceColumn[],
  options: { limit?: number; signal?: AbortSignal },
): Promise<Table> {
  const limited = options.limit === undefined ? '' : ` LIMIT ${Math.max(0, Math.floor(options.limit))}`;
  const expected = Number((await firstRow(connection, `SELECT count(*) FROM (SELECT 1 FROM ${source}${limited})`))[0]);
  if (columns.length === 0) return { rows: expected, columns: [] };
  const plans = columns.map((column) => planColumn(column, expected));
  const query = `SELECT ${plans.map((plan, k) => `${plan.sql} AS c${k}`).join(', ')} FROM ${source}${limited}`;
  const result = await connection.stream(query);
  const builders = plans.map((plan) => plan.builder);
  let rows = 0;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    throwIfCancelled(options.signal);
    appendChunk(chunk, builders);
    rows += chunk.rowCount;
  }
  throwIfCancelled(options.signal);
  if (rows !== expected) {
    // A query that returns one row instead of a stream does throw what is wrong.
    await firstRow(connection, `SELECT ${plans.map((_, k) => `max(c${k})`).join(', ')} FROM (${query})`);
    throw new Error(`only ${rows} of ${expected} rows could be read`);
  }
  return { rows, columns: builders.map((builder) => builder.finish()) };
}
