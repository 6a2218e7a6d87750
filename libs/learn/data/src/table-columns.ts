import { LearnError } from './errors.js';
import type { Column, Table } from './table.js';

/** Names in a sentence: at most ten, then how many more. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => `"${name}"`);
  return names.length > 10 ? `${shown.join(', ')} and ${names.length - 10} more` : shown.join(', ');
}

/** The error for a name that is no column: it offers the name that differs only in case or spaces, else the columns. */
export function columnNotFound(name: string, names: readonly string[], file?: string): LearnError {
  const plain = (text: string): string => text.toLowerCase().replace(/[\s_-]/g, '');
  const near = names.find((candidate) => plain(candidate) === plain(name));
  const hint = near === undefined ? `The columns are ${listNames(names)}.` : `Did you mean "${near}"?`;
  return new LearnError('COLUMN_NOT_FOUND', `There is no column "${name}". ${hint}`, {
    column: name,
    ...(file === undefined ? {} : { file }),
  });
}

/** The error for two columns of one name in a file. */
export function duplicateColumn(file: string, name: string): LearnError {
  const words = `${file} has two columns named "${name}"; rename one of them.`;
  return new LearnError('COLUMN_DUPLICATE', words, { file, column: name });
}

/** The column of that name. Throws COLUMN_NOT_FOUND. */
export function columnOf(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (!column) {
    throw columnNotFound(
      name,
      table.columns.map((candidate) => candidate.name),
    );
  }
  return column;
}

/** A column of nothing but true and false (in any case) as a boolean column; any other column as it is. */
export function asBoolean(column: Column): Column {
  if (column.kind !== 'categorical' || column.categories.length === 0) return column;
  if (!column.categories.every((text) => /^(true|false)$/i.test(text))) return column;
  const truth = column.categories.map((text) => (text.toLowerCase() === 'true' ? 1 : 0));
  const values = Float64Array.from(column.codes, (code) => truth[code] ?? Number.NaN);
  return { kind: 'numeric', name: column.name, values, boolean: true };
}

const INFINITE = /^[+-]?inf(inity)?$/i;

/**
 * A column of nothing but numbers, some of them infinite, as a numeric column; any other column as it is. The CSV reader
 * takes it for text when its first value is infinite.
 */
export function asInfinite(column: Column): Column {
  if (column.kind !== 'categorical' || !column.categories.some((text) => INFINITE.test(text))) return column;
  const numbers = column.categories.map((text) =>
    INFINITE.test(text) ? (text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : Number(text),
  );
  if (numbers.some(Number.isNaN)) return column;
  const values = Float64Array.from(column.codes, (code) => numbers[code] ?? Number.NaN);
  return { kind: 'numeric', name: column.name, values };
}

/** The given rows of a table, in that order, as a table of their own. Categories keep their codes. */
export function takeRows(table: Table, rows: Uint32Array): Table {
  const columns = table.columns.map((column): Column => {
    if (column.kind === 'numeric') {
      const values = new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]!]!;
      return { ...column, values };
    }
    const codes = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) codes[i] = column.codes[rows[i]!]!;
    return { ...column, codes };
  });
  return { rows: rows.length, columns };
}

/**
 * Throws VALUE_INFINITE, naming the column and its first row, when a numeric column holds an infinite number.
 * `names` limits the check to those columns; the default is all.
 */
export function checkFinite(table: Table, names?: readonly string[]): void {
  const columns = names ? names.map((name) => columnOf(table, name)) : table.columns;
  for (const column of columns) {
    if (column.kind !== 'numeric') continue;
    const { values } = column;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
        throw new LearnError(
          'VALUE_INFINITE',
          `Column "${column.name}" holds ${value > 0 ? 'infinity' : '-infinity'} in row ${i + 1}; replace it with a number or leave it empty.`,
          { column: column.name, row: i + 1 },
        );
      }
    }
  }
}
