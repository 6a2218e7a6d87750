import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LearnError } from '@trainyard/data';

/**
 * The local path of a dataset's URI: file:// or a plain path. `file://examples/a.csv` is relative, as on the platform, here
 * to the working folder. Other schemes are the caller's to fetch: OPTION_UNSUPPORTED.
 */
export function datasetPath(uri: string): string {
  if (uri.startsWith('file:')) {
    try {
      const { host, pathname } = new URL(uri);
      if (host === '' || host === 'localhost') return fileURLToPath(uri);
      return resolve(host, `.${decodeURIComponent(pathname)}`);
    } catch {
      throw new LearnError('FILE_NOT_FOUND', `dataset.uri "${uri}" is not the address of a local file.`, {
        field: 'dataset.uri',
      });
    }
  }
  if (!/^[a-z][a-z0-9+.-]+:/i.test(uri)) return uri;
  const words = `dataset.uri "${uri}" is not a local file: fetch it first, or give file:// or a path.`;
  throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'dataset.uri' });
}
