/** One CSV record and the line (1-based) it starts on. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
  /** False when a quote opened in this record never closes in the text. */
  readonly closed: boolean;
}

/**
 * Splits CSV text into records as RFC 4180 says: fields may be in double quotes, a doubled quote is a quote, and quoted
 * fields may hold delimiters and line breaks. Blank lines are skipped. Used on headers and to locate faults; the rows
 * themselves are parsed by DuckDB.
 */
export function* csvRecords(text: string, delimiter: string): Generator<CsvRecord> {
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let line = 1;
  let startLine = 1;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\n') line++;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') {
        field += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && field === '') quoted = true;
    else if (c === delimiter) {
      fields.push(field);
      field = '';
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') {
        i++;
        line++;
      }
      if (fields.length > 0 || field !== '') yield { fields: [...fields, field], line: startLine, closed: true };
      fields = [];
      field = '';
      startLine = line;
    } else field += c;
  }
  if (fields.length > 0 || field !== '') yield { fields: [...fields, field], line: startLine, closed: !quoted };
}
