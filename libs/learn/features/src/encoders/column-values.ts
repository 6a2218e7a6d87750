import { type Column, LearnError } from '@trainyard/data';

/** The error for a column of a table whose type is not the feature's. `row` is 1-based. */
function wrongColumn(column: Column, text: string, row: number, accepts: string): LearnError {
  const words = `Column "${column.name}" holds "${text}" in row ${row}; it must be ${accepts}.`;
  return new LearnError('FEATURE_INVALID', words, { field: column.name, column: column.name, row });
}

/**
 * A column's values as numbers. A column of text is read by `parse` (NaN: not of the type), one call per category.
 * Throws FEATURE_INVALID for the first text among `rows` that `parse` refuses.
 */
export function numbersOf(
  column: Column,
  rows: Uint32Array,
  accepts: string,
  parse: (text: string) => number,
): Float64Array {
  if (column.kind === 'numeric') return column.values;
  const parsed = column.categories.map(parse);
  const values = new Float64Array(column.codes.length).fill(Number.NaN);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const code = column.codes[row]!;
    if (code < 0) continue;
    const value = parsed[code]!;
    if (Number.isNaN(value)) throw wrongColumn(column, column.categories[code]!, row + 1, accepts);
    values[row] = value;
  }
  return values;
}

/** A number or boolean as the text that a category of it would be. */
export function numberText(value: number, boolean: boolean): string {
  return boolean ? (value === 1 ? 'true' : 'false') : String(value);
}

/**
 * For each given row the code of its category in a fitted dictionary; -1 is missing and -2 a category that the
 * dictionary does not hold.
 */
export function codesOf(column: Column, rows: Uint32Array, codeOf: ReadonlyMap<string, number>): Int32Array {
  const codes = new Int32Array(rows.length);
  if (column.kind === 'categorical') {
    const lookup = Int32Array.from(column.categories, (text) => codeOf.get(text) ?? -2);
    for (let i = 0; i < rows.length; i++) {
      const code = column.codes[rows[i]!]!;
      codes[i] = code < 0 ? -1 : lookup[code]!;
    }
    return codes;
  }
  for (let i = 0; i < rows.length; i++) {
    const value = column.values[rows[i]!]!;
    codes[i] = Number.isNaN(value) ? -1 : (codeOf.get(numberText(value, column.boolean === true)) ?? -2);
  }
  return codes;
}
