import { fileURLToPath } from 'node:url';
import { LearnError } from '@trainyard/data';

/** The local path of a dataset's URI: file:// or a plain path. Other schemes are the caller's to fetch: OPTION_UNSUPPORTED. */
export function datasetPath(uri: string): string {
  if (uri.startsWith('file:')) {
    try {
      return fileURLToPath(uri);
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
