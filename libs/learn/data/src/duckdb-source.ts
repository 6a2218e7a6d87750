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
function planColumn(column: SourceColumn, rows: number | undefined): { sql: string; builder: Builder } {
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

/** Streams the given columns of a SQL source into a table, 2,048 rows at a time. Throws ABORTED. */
export async function streamColumns(
  connection: DuckDBConnection,
  source: string,
  columns: readonly SourceColumn[],
  options: { rows?: number; limit?: number; signal?: AbortSignal },
): Promise<Table> {
  const plans = columns.map((column) => planColumn(column, options.rows));
  const limit = options.limit === undefined ? '' : ` LIMIT ${Math.max(0, Math.floor(options.limit))}`;
  const result = await connection.stream(`SELECT ${plans.map((plan) => plan.sql).join(', ')} FROM ${source}${limit}`);
  const builders = plans.map((plan) => plan.builder);
  let rows = 0;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    if (options.signal?.aborted) throw new LearnError('ABORTED', 'Reading the data was cancelled.');
    appendChunk(chunk, builders);
    rows += chunk.rowCount;
  }
  return { rows, columns: builders.map((builder) => builder.finish()) };
}
