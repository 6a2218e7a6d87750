import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { csvRecords } from './csv-records.js';
import { LearnError } from './errors.js';

const NEWLINE = 10;

function encodingError(path: string, line: number, what: string): LearnError {
  return new LearnError(
    'ENCODING_INVALID',
    `${path} is not UTF-8 text: ${what}. Save it as UTF-8, for example: iconv -f latin1 -t utf-8 in.csv > out.csv`,
    { file: path, row: Math.max(1, line - 1) },
  );
}

/** Throws ENCODING_INVALID, naming the line, unless the whole file is UTF-8 text. Reads in chunks of 1 MB. */
export async function checkUtf8(path: string): Promise<void> {
  let line = 1;
  let rest = Buffer.alloc(0);
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const text = rest.length > 0 ? Buffer.concat([rest, part]) : part;
    if (line === 1 && (text[0] === 0xff || text[0] === 0xfe)) throw encodingError(path, 1, 'it begins as UTF-16 does');
    // A character may straddle two chunks: hold back at most its three first bytes.
    let end = text.length;
    for (let back = 1; back <= 3 && back <= text.length; back++) {
      if (text[text.length - back]! >= 0xc0) {
        end = text.length - back;
        break;
      }
    }
    const whole = text.subarray(0, end);
    if (!isUtf8(whole) || whole.includes(0)) throw locateEncodingFault(path, whole, line);
    for (let at = whole.indexOf(NEWLINE); at >= 0; at = whole.indexOf(NEWLINE, at + 1)) line++;
    rest = Buffer.from(text.subarray(end));
  }
  if (!isUtf8(rest)) throw locateEncodingFault(path, rest, line);
}

function locateEncodingFault(path: string, bytes: Buffer, firstLine: number): LearnError {
  let line = firstLine;
  let start = 0;
  while (start < bytes.length) {
    const next = bytes.indexOf(NEWLINE, start);
    const end = next < 0 ? bytes.length : next;
    const row = bytes.subarray(start, end);
    if (row.includes(0)) return encodingError(path, line, `line ${line} holds a zero byte`);
    if (!isUtf8(row)) return encodingError(path, line, `line ${line} holds bytes of another encoding`);
    start = end + 1;
    line++;
  }
  return encodingError(path, line, `line ${line} is cut in the middle of a character`);
}

const LARGEST_SEARCHED = 256 * 1024 * 1024;

/**
 * Says which row DuckDB stumbled over: the first whose number of fields differs from the header's, or an open quote.
 * Returns undefined when no such row exists (the fault is another one).
 */
export async function findRaggedRow(
  path: string,
  delimiter: string,
  columns: number,
  size: number,
): Promise<LearnError | undefined> {
  if (size > LARGEST_SEARCHED) return undefined;
  const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  let row = 0;
  for (const record of csvRecords(text, delimiter)) {
    if (!record.closed) {
      const words = `Row ${row} (line ${record.line}) of ${path} opens a quote that never closes; close it or double it.`;
      return new LearnError('ROW_RAGGED', words, { file: path, row });
    }
    if (record.fields.length !== columns) {
      const words =
        `Row ${row} (line ${record.line}) of ${path} has ${record.fields.length} fields where the header has ${columns}; ` +
        'give every row one value per column, and put quotes around values that hold the delimiter.';
      return new LearnError('ROW_RAGGED', words, { file: path, row });
    }
    row++;
  }
  return undefined;
}
