import type { DuckDBConnection } from '@duckdb/node-api';
import { LearnError } from './errors.js';

/** A single-quoted SQL string. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A double-quoted SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Runs `work` on a private in-memory DuckDB that can open one file and nothing else: no network, no extension, no
 * temporary folder, no way to lift any of that again. Aborting the signal interrupts the query.
 */
export async function withDuckDB<T>(
  file: string,
  signal: AbortSignal | undefined,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  // Loaded when first needed: it takes 30 MB, and who only predicts reads no file.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    memory_limit: '2GB',
    temp_directory: '',
  });
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    await connection.run(`SET allowed_paths = [${sqlText(file)}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    return await work(connection);
  } finally {
    signal?.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

/** Throws FILE_UNREADABLE for the characters that DuckDB expands in a file name: they cannot be escaped. */
export function checkNoWildcard(file: string): void {
  if (/[*?[\]]/.test(file)) {
    throw new LearnError('FILE_UNREADABLE', `The path ${file} holds one of * ? [ ]; rename the file.`, { file });
  }
}
