import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SourceError } from './errors.js';

/**
 * The real path of a file:// URI, links followed, when it lies within one of the roots.
 * @throws SourceError URI_NOT_ALLOWED, SOURCE_NOT_FOUND or SOURCE_UNREADABLE
 */
export function resolveFile(uri: URL, roots: readonly string[]): string {
  const asked = pathOf(uri, roots);
  const allowed = roots.map(real).filter((root) => root !== undefined);
  const found = real(asked);
  // A path outside says the same whether it exists or not: nobody learns what is there.
  if (!allowed.some((root) => within(root, found ?? asked))) {
    throw new SourceError(
      'URI_NOT_ALLOWED',
      `${uri.href} is outside the data roots (${roots.join(', ')}); set DATA_ROOTS or upload the file`,
    );
  }
  if (!found) throw new SourceError('SOURCE_NOT_FOUND', `there is no file ${asked}`);
  if (!statSync(found).isFile()) throw new SourceError('SOURCE_UNREADABLE', `${asked} is not a file`);
  return found;
}

/** `file://examples/a.csv` names no host but a path relative to a root: the first root that has it, else the first. */
function pathOf(uri: URL, roots: readonly string[]): string {
  try {
    if (uri.host === '' || uri.host === 'localhost') return path.resolve(fileURLToPath(uri));
    const relative = `.${decodeURIComponent(uri.pathname)}`;
    const candidates = roots.map((root) => path.resolve(root, uri.host, relative));
    return candidates.find(real) ?? candidates[0] ?? uri.pathname;
  } catch (error) {
    throw new SourceError('URI_INVALID', `${uri.href}: ${(error as Error).message}`);
  }
}

function real(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

function within(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
