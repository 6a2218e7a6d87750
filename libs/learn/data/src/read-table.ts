import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { detectCsvDialect } from './csv-dialect.js';
import { checkUtf8, findRaggedRow } from './csv-faults.js';
import { type DataFormat, detectFormat } from './data-format.js';
import { sqlText, withDuckDB } from './duckdb-session.js';
import { describeSource, type SourceColumn, streamColumns } from './duckdb-source.js';
import { LearnError } from './errors.js';
import type { ReadOptions } from './read-options.js';
import type { Table } from './table.js';
import { asBoolean, columnNotFound } from './table-columns.js';

/** Text that stands for a missing value in CSV (quoted or not). */
const MISSING_TEXT = ['', 'NA', 'N/A', '#N/A', 'NaN', 'nan', 'null', 'NULL'];

/** DuckDB would also take yes, no, t and f for booleans, and predictions would then answer true instead of yes. */
const CSV_TYPES = ['BIGINT', 'DOUBLE', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'VARCHAR'];

/**
 * Reads a local CSV (comma, semicolon, tab or |), Parquet, JSON lines or Arrow file into typed columns.
 *
 * Numbers, decimals and big integers become Float64 (NaN is missing), dates and timestamps milliseconds since 1970 UTC,
 * times of day a date on 1970-01-01, booleans (in CSV: true and false) 0 and 1, everything else strings in a dictionary ordered by first
 * appearance. In CSV an empty field, NA, N/A, NaN and null are missing. Rows keep the file's order.
 *
 * Throws LearnError: FILE_NOT_FOUND, FILE_UNREADABLE, FILE_EMPTY, FORMAT_UNKNOWN, ENCODING_INVALID, DELIMITER_WRONG,
 * HEADER_MISSING, ROW_RAGGED, COLUMN_DUPLICATE, COLUMN_NOT_FOUND, ABORTED.
 */
export async function readTable(path: string, options: ReadOptions = {}): Promise<Table> {
  const file = resolve(path);
  const format = await detectFormat(file, options.format);
  try {
    options.signal?.throwIfAborted();
    const table = await READERS[format](file, options);
    if (table.rows === 0 && options.limit !== 0) {
      throw new LearnError('FILE_EMPTY', `${file} has ${table.columns.length} columns but no rows.`, { file });
    }
    return table;
  } catch (error) {
    if (error instanceof LearnError) throw error;
    if (options.signal?.aborted) throw new LearnError('ABORTED', `Reading ${file} was cancelled.`, { file });
    throw unreadable(file, format, error);
  }
}

const READERS: Readonly<Record<DataFormat, (file: string, options: ReadOptions) => Promise<Table>>> = {
  csv: readCsv,
  parquet: readParquet,
  jsonl: readJson,
  // Loaded when first needed: apache-arrow is large.
  arrow: async (file, options) => (await import('./read-arrow.js')).readArrow(file, options),
};

const ADVICE: Readonly<Record<DataFormat, string>> = {
  csv: 'Check the line it names, the quotes and the delimiter.',
  parquet: 'It may be cut short or damaged: copy or write it again.',
  jsonl: 'Put one JSON object on each line, or one array of objects in the file.',
  arrow: 'It may be cut short, damaged or compressed: write it again as uncompressed Arrow IPC (Feather version 2).',
};

function unreadable(file: string, format: DataFormat, error: unknown): LearnError {
  // A reader that trips over its own feet says nothing about the file.
  const tripped = error instanceof TypeError || error instanceof RangeError;
  const reason = tripped ? '' : `: ${(error as Error).message.split('\n')[0]!.trim().replace(/\.$/, '')}`;
  return new LearnError('FILE_UNREADABLE', `${file} cannot be read as ${format}${reason}. ${ADVICE[format]}`, { file });
}

function chooseColumns(available: readonly SourceColumn[], options: ReadOptions, file: string): SourceColumn[] {
  if (!options.columns) return [...available];
  const names = available.map((column) => column.name);
  return options.columns.map((name) => {
    const column = available.find((candidate) => candidate.name === name);
    if (!column) throw columnNotFound(name, names, file);
    return column;
  });
}

/** DuckDB expands these in a file name, and has no way to escape them. */
function checkNoWildcard(file: string): void {
  if (/[*?[\]]/.test(file)) {
    throw new LearnError('FILE_UNREADABLE', `The path ${file} holds one of * ? [ ]; rename the file.`, { file });
  }
}

async function readCsv(file: string, options: ReadOptions): Promise<Table> {
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
      return { ...table, columns: table.columns.map(asBoolean) };
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

async function readParquet(file: string, options: ReadOptions): Promise<Table> {
  checkNoWildcard(file);
  const source = `read_parquet(${sqlText(file)})`;
  return withDuckDB(file, options.signal, async (connection) => {
    await checkParquetNames(connection, file);
    const columns = chooseColumns(await describeSource(connection, source), options, file);
    const reader = await connection.runAndReadAll(`SELECT count(*) FROM ${source}`);
    const rows = Math.min(Number(reader.getRows()[0]![0]), options.limit ?? Number.POSITIVE_INFINITY);
    return streamColumns(connection, source, columns, { ...options, rows });
  });
}

/** DuckDB renames the second of two columns with one name, so their names are read from the file's own schema. */
async function checkParquetNames(connection: DuckDBConnection, file: string): Promise<void> {
  const reader = await connection.runAndReadAll(
    `SELECT name, num_children FROM parquet_schema(${sqlText(file)}) ORDER BY column_id`,
  );
  const seen = new Set<string>();
  const rows = reader.getRows();
  if (rows.slice(1).some((row) => Number(row[1] ?? 0) > 0)) return;
  for (const [name] of rows.slice(1)) {
    if (seen.has(String(name))) {
      throw new LearnError('COLUMN_DUPLICATE', `${file} has two columns named "${name}"; rename one of them.`, {
        file,
        column: String(name),
      });
    }
    seen.add(String(name));
  }
}

async function readJson(file: string, options: ReadOptions): Promise<Table> {
  checkNoWildcard(file);
  await checkUtf8(file);
  const read = (sampleSize: number): Promise<Table> =>
    withDuckDB(file, options.signal, async (connection) => {
      const source = `read_json(${sqlText(file)}, format='auto', records='true', sample_size=${sampleSize})`;
      const columns = chooseColumns(await describeSource(connection, source), options, file);
      return streamColumns(connection, source, columns, options);
    });
  return read(20_480).catch((error: Error) => {
    if (!/sample_size|could not convert|Could not convert|Failed to cast/i.test(error.message)) throw error;
    return read(-1);
  });
}
