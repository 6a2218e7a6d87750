import { StoreError } from '../errors.js';

/** Names what went wrong with the file in words a user can act on (https://sqlite.org/rescode.html). */
export function toStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = String((error as { code?: unknown }).code ?? '');
  const is = (name: string, words: RegExp) => code.startsWith(name) || words.test(message);
  const options = { cause: error };
  if (is('SQLITE_BUSY', /database is locked/i) || is('SQLITE_LOCKED', /table is locked/i)) {
    return new StoreError(
      'STORE_LOCKED',
      `Another process holds the database ${path}: stop it, or use another data folder.`,
      true,
      options,
    );
  }
  if (is('SQLITE_NOTADB', /not a database/i) || is('SQLITE_CORRUPT', /malformed/i)) {
    return new StoreError(
      'STORE_CORRUPT',
      `The file ${path} is not a sound database (${message}): restore it from a backup, or move it away to start empty.`,
      false,
      options,
    );
  }
  if (is('SQLITE_FULL', /disk is full/i)) {
    return new StoreError('STORE_FULL', `There is no space left for the database ${path}: free some.`, true, options);
  }
  if (
    is('SQLITE_CANTOPEN', /unable to open/i) ||
    is('SQLITE_READONLY', /readonly database/i) ||
    is('E', /^(EACCES|EROFS|ENOTDIR|EEXIST|EPERM)/)
  ) {
    return new StoreError(
      'STORE_UNAVAILABLE',
      `The database ${path} cannot be opened for writing (${message}): check the folder and its permissions.`,
      false,
      options,
    );
  }
  return new StoreError('STORE_FAILED', `The database ${path} failed: ${message}.`, false, options);
}
