import { csvRecords } from './csv-records.js';
import { readHead } from './data-format.js';
import { LearnError } from './errors.js';
import { duplicateColumn } from './table-columns.js';

/** How a CSV file is written. */
export interface CsvDialect {
  readonly delimiter: string;
  /** True when numbers are written with a decimal comma (1,5), as files delimited by semicolons often are. */
  readonly decimalComma: boolean;
  /** Column names from the header; an unnamed column k (0-based) is called `column_k`. */
  readonly names: readonly string[];
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
const HEAD_BYTES = 4 * 1024 * 1024;
const SAMPLE_RECORDS = 200;

/** The sample's records under one delimiter, without the record that the sample's end may have cut. */
function sampleRecords(head: string, delimiter: string, whole: boolean): string[][] {
  const records: string[][] = [];
  for (const record of csvRecords(head, delimiter)) {
    records.push([...record.fields]);
    if (records.length > SAMPLE_RECORDS) break;
  }
  if (!whole && records.length > 1 && records.length <= SAMPLE_RECORDS) records.pop();
  return records;
}

/** The delimiter that splits the most records into as many fields as the header has, and into most fields. */
function chooseDelimiter(head: string, whole: boolean): { delimiter: string; records: string[][] } {
  let best = { delimiter: ',', records: sampleRecords(head, ',', whole), score: 0 };
  for (const delimiter of DELIMITERS) {
    const records = sampleRecords(head, delimiter, whole);
    const width = records[0]?.length ?? 0;
    if (width < 2) continue;
    const agreeing = records.filter((record) => record.length === width).length / records.length;
    const score = agreeing + 1e-6 * width;
    if (agreeing >= 0.5 && score > best.score) best = { delimiter, records, score };
  }
  return best;
}

function checkNames(names: readonly string[], path: string): void {
  const only = names[0]!;
  const inside = names.length === 1 ? /[;,\t|]/.exec(only) : null;
  if (inside) {
    const shown = inside[0] === '\t' ? 'a tab' : `"${inside[0]}"`;
    throw new LearnError(
      'DELIMITER_WRONG',
      `${path} reads as one column named "${only}", which holds ${shown}: the delimiter is wrong or the header is not ` +
        'delimited like the rows. Use one delimiter (comma, semicolon, tab or |) in every line.',
      { file: path, column: only },
    );
  }
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw duplicateColumn(path, name);
    seen.add(name);
  }
}

/** Throws HEADER_MISSING when the first line is data. Names that count the columns (0, 1, 2, ...) are allowed. */
function checkIsHeader(header: readonly string[], path: string): void {
  const numbers = header.map((field) => (field.trim() === '' ? Number.NaN : Number(field)));
  const counting = numbers.every((value, k) => value === numbers[0]! + k);
  if (numbers.every((value) => !Number.isNaN(value)) && !(counting && (numbers[0] === 0 || numbers[0] === 1))) {
    throw new LearnError(
      'HEADER_MISSING',
      `The first line of ${path} holds only numbers (${header.slice(0, 3).join(', ')}): add a line of column names above it.`,
      { file: path },
    );
  }
}

/** True when some column holds only decimal commas and whole numbers, and no number in the sample has a point. */
function usesDecimalComma(delimiter: string, rows: readonly (readonly string[])[]): boolean {
  if (delimiter === ',') return false;
  const fields = rows.flat();
  return fields.some((f) => /^-?\d+,\d+$/.test(f)) && !fields.some((f) => /^-?\d+\.\d+$/.test(f));
}

/**
 * Finds a CSV file's delimiter, header and decimal sign from its first 4 MB.
 * Throws FILE_EMPTY, DELIMITER_WRONG, HEADER_MISSING or COLUMN_DUPLICATE.
 */
export async function detectCsvDialect(path: string): Promise<CsvDialect> {
  const bytes = await readHead(path, HEAD_BYTES);
  const head = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const { delimiter, records } = chooseDelimiter(head, bytes.length < HEAD_BYTES);
  const [header, ...rows] = records;
  if (!header) throw new LearnError('FILE_EMPTY', `${path} holds only blank lines.`, { file: path });
  checkIsHeader(header, path);
  const names = header.map((name, k) => name.trim() || `column_${k}`);
  checkNames(names, path);
  return { delimiter, names, decimalComma: usesDecimalComma(delimiter, rows) };
}
