import type { DuckDBConnection } from '@duckdb/node-api';
import { checkNoWildcard, sqlText, withDuckDB } from './duckdb-session.js';
import { chooseColumns, describeSource, streamColumns } from './duckdb-source.js';
import type { ReadOptions } from './read-options.js';
import type { Table } from './table.js';
import { duplicateColumn } from './table-columns.js';

/** Reads a Parquet file. */
export async function readParquet(file: string, options: ReadOptions): Promise<Table> {
  checkNoWildcard(file);
  const source = `read_parquet(${sqlText(file)})`;
  return withDuckDB(file, options.signal, async (connection) => {
    const described = await describeSource(connection, source);
    const names = await parquetNames(connection, file, described.length);
    const columns = chooseColumns(
      described.map((column, k) => ({ ...column, name: names?.[k] ?? column.name })),
      options,
      file,
    );
    return streamColumns(connection, source, columns, options);
  });
}

/**
 * The names in the file's own schema: DuckDB renames the second of two columns whose names are equal or differ only in
 * case. Undefined when the schema is nested. Throws COLUMN_DUPLICATE.
 */
async function parquetNames(
  connection: DuckDBConnection,
  file: string,
  columns: number,
): Promise<string[] | undefined> {
  const schema = await connection.runAndReadAll(`SELECT name FROM parquet_schema(${sqlText(file)}) ORDER BY column_id`);
  const names = schema
    .getRows()
    .slice(1)
    .map((row) => String(row[0]));
  if (names.length !== columns) return undefined;
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) throw duplicateColumn(file, twice);
  return names;
}
