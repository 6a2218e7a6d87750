import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readHead } from './data-format.js';

/** The SHA-256 of a file's bytes in hexadecimal, read as a stream. Throws FILE_NOT_FOUND, FILE_UNREADABLE, FILE_EMPTY. */
export async function hashFile(path: string): Promise<string> {
  await readHead(path, 1);
  const hash = createHash('sha256');
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>)
    hash.update(part);
  return hash.digest('hex');
}
