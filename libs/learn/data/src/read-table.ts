import { resolve } from 'node:path';
import { type DataFormat, detectFormat } from './data-format.js';
import { LearnError } from './errors.js';
import { readCsv } from './read-csv.js';
import { readJson } from './read-json.js';
import type { ReadOptions } from './read-options.js';
import { readParquet } from './read-parquet.js';
import type { Table } from './table.js';

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
  try {
    return await read(file, options);
  } catch (error) {
    const { name } = options;
    if (name === undefined || !(error instanceof LearnError)) throw error;
    throw new LearnError(error.code, error.message.replaceAll(file, name), { ...error.where, file: name });
  }
}

async function read(file: string, options: ReadOptions): Promise<Table> {
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
