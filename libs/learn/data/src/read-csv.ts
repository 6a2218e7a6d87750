import { stat } from 'node:fs/promises';
import { detectCsvDialect } from './csv-dialect.js';
import { checkUtf8, findRaggedRow } from './csv-faults.js';
import { checkNoWildcard, sqlText, withDuckDB } from './duckdb-session.js';
import { chooseColumns, describeSource, streamColumns } from './duckdb-source.js';
import { LearnError } from './errors.js';
import type { ReadOptions } from './read-options.js';
import type { Table } from './table.js';
import { asBoolean, asInfinite } from './table-columns.js';

/** Text that stands for a missing value in CSV (quoted or not). */
const MISSING_TEXT = ['', 'NA', 'N/A', '#N/A', 'NaN', 'nan', 'null', 'NULL'];

/** DuckDB would also take yes, no, t and f for booleans, and predictions would then answer true instead of yes. */
const CSV_TYPES = ['BIGINT', 'DOUBLE', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'VARCHAR'];

/** Reads a CSV file whose delimiter, header and decimal sign are found first. */
export async function readCsv(file: string, options: ReadOptions): Promise<Table> {
  checkNoWildcard(file);
  await checkUtf8(file);
  const dialect = await detectCsvDialect(file);
  const list = (texts: readonly string[]): string => `[${texts.map(sqlText).join(', ')}]`;
  const source = (sampleSize: number): string =>
    `read_csv(${sqlText(file)}, auto_detect=true, delim=${sqlText(dialect.delimiter)}, quote='"', escape='"', comment='', ` +
    `header=true, skip=0, strict_mode=true, null_padding=false, ignore_errors=false, allow_quoted_nulls=true, ` +
    `nullstr=${list(MISSING_TEXT)}, names=${list(dialect.names.map((_, k) => `c${k}`))}, auto_type_candidates=${list(CSV_TYPES)}, sample_size=${sampleSize}` +
    `${dialect.decimalComma ? ", decimal_separator=','" : ''})`;
  const read = (sampleSize: number): Promise<Table> =>
    withDuckDB(file, options.signal, async (connection) => {
      const described = await describeSource(connection, source(sampleSize));
      const columns = described.map((column, k) => ({ ...column, name: dialect.names[k]! }));
      const table = await streamColumns(connection, source(sampleSize), chooseColumns(columns, options, file), options);
      return { ...table, columns: table.columns.map(asBoolean).map(asInfinite) };
    });
  try {
    return await read(20_480).catch((error: Error) => {
      // A value that does not fit the type seen in the first rows: decide the types from all rows.
      if (!/Error when converting column/.test(error.message)) throw error;
      return read(-1);
    });
  } catch (error) {
    if (error instanceof LearnError || options.signal?.aborted) throw error;
    const { size } = await stat(file);
    throw (await findRaggedRow(file, dialect.delimiter, dialect.names.length, size)) ?? error;
  }
}
