import { open, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { LearnError } from './errors.js';

/** The file formats that `readTable` knows. `jsonl` covers JSON lines and one JSON array of objects. */
export type DataFormat = 'csv' | 'parquet' | 'jsonl' | 'arrow';

const BY_EXTENSION: Readonly<Record<string, DataFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'jsonl',
  '.arrow': 'arrow',
  '.arrows': 'arrow',
  '.feather': 'arrow',
  '.ipc': 'arrow',
};

/** The first `bytes` bytes of a file. Throws FILE_NOT_FOUND, FILE_UNREADABLE or FILE_EMPTY. */
export async function readHead(path: string, bytes: number): Promise<Buffer> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) {
      throw new LearnError('FILE_UNREADABLE', `${path} is a folder; name one file in it.`, { file: path });
    }
    if (info.size === 0) {
      throw new LearnError('FILE_EMPTY', `${path} is empty (0 bytes); give a file with a header and rows.`, {
        file: path,
      });
    }
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(Math.min(bytes, info.size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof LearnError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new LearnError('FILE_NOT_FOUND', `There is no file ${path}; check the path.`, { file: path });
    }
    throw new LearnError('FILE_UNREADABLE', `${path} cannot be read (${code}); check its permissions.`, { file: path });
  }
}

/** What the first bytes say for certain, or undefined when they could be text of any kind. */
function formatByMagic(head: Buffer, path: string): DataFormat | undefined {
  const magic = head.toString('latin1', 0, 8);
  if (magic.startsWith('PAR1')) return 'parquet';
  if (magic.startsWith('ARROW1')) return 'arrow';
  const unsupported = magic.startsWith('\x1f\x8b')
    ? 'is compressed with gzip; unpack it first'
    : magic.startsWith('PK\x03\x04')
      ? 'is a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV'
      : magic.startsWith('FEA1')
        ? 'is Feather version 1; write it as Feather version 2 (Arrow IPC)'
        : /^\s*<[!?a-z]/i.test(magic)
          ? 'is a web page or XML; check that the download did not answer with an error page'
          : undefined;
  if (unsupported) throw new LearnError('FORMAT_UNKNOWN', `${path} ${unsupported}.`, { file: path });
  return undefined;
}

/**
 * The format of a file: what its first bytes prove (Parquet, Arrow), else its extension, else its content.
 * Throws FORMAT_UNKNOWN where the content is of none of the formats or contradicts `declared`.
 */
export async function detectFormat(path: string, declared?: DataFormat): Promise<DataFormat> {
  const head = await readHead(path, 4096);
  const proven = formatByMagic(head, path);
  if (declared && proven && proven !== declared) {
    throw new LearnError('FORMAT_UNKNOWN', `${path} was declared as ${declared} but is ${proven}; leave format out.`, {
      file: path,
    });
  }
  const format = declared ?? proven ?? BY_EXTENSION[extname(path).toLowerCase()];
  if (format) return format;
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  if (/^\s*[[{]/.test(text)) return 'jsonl';
  if (!head.includes(0)) return 'csv';
  throw new LearnError(
    'FORMAT_UNKNOWN',
    `${path} is not CSV, Parquet, JSON lines or Arrow; convert it to one of them, or say which with format.`,
    { file: path },
  );
}
