import { checkUtf8 } from './csv-faults.js';
import { checkNoWildcard, sqlText, withDuckDB } from './duckdb-session.js';
import { chooseColumns, describeSource, streamColumns } from './duckdb-source.js';
import type { ReadOptions } from './read-options.js';
import type { Table } from './table.js';
import { duplicateColumn } from './table-columns.js';

/** Reads JSON lines, or one array of objects; the columns are the keys of all objects. */
export async function readJson(file: string, options: ReadOptions): Promise<Table> {
  checkNoWildcard(file);
  await checkUtf8(file);
  const read = (sampleSize: number): Promise<Table> =>
    withDuckDB(file, options.signal, async (connection) => {
      const source = `read_json(${sqlText(file)}, format='auto', records='true', sample_size=${sampleSize})`;
      const columns = chooseColumns(await describeSource(connection, source), options, file);
      return streamColumns(connection, source, columns, options);
    });
  return read(20_480).catch((error: Error) => {
    const twice = /has duplicate key "(.*?)"/.exec(error.message);
    if (twice) throw duplicateColumn(file, twice[1]!);
    if (!/sample_size|could not convert|Could not convert|Failed to cast/i.test(error.message)) throw error;
    return read(-1);
  });
}
