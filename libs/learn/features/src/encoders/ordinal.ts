import type { CategoricalColumn } from '@trainyard/data';
import { codesOf } from './column-values.js';
import { categoryText, DESCRIBED_CATEGORIES, dictionaryCodes, fitDictionary } from './dictionary.js';
import type { Encoder } from './encoder.js';

export interface OrdinalState {
  readonly kind: 'ordinal';
  readonly name: string;
  readonly categories: readonly string[];
  /** True when a missing or unknown category is NaN; else it has the code after the last one. */
  readonly keepMissing: boolean;
  readonly example: string;
}

/** Fits a column of text; undefined when it is missing in all given rows. */
export function fitOrdinal(column: CategoricalColumn, rows: Uint32Array, keepMissing: boolean): Encoder | undefined {
  const dictionary = fitDictionary(column, rows);
  if (!dictionary) return undefined;
  const { categories, example } = dictionary;
  return ordinalEncoder({ kind: 'ordinal', name: column.name, categories, keepMissing, example });
}

/** One output: the category's code, 0 for the most frequent. A category not seen in fitting is scored as missing. */
export function ordinalEncoder(state: OrdinalState): Encoder {
  const { name, categories } = state;
  const codeOf = dictionaryCodes(name, categories);
  const missing = state.keepMissing ? Number.NaN : categories.length;
  return {
    input: name,
    outputs: [name],
    categorical: true,
    accepts: 'text',
    writeMissing: (out, at) => {
      out[at] = missing;
    },
    writeValue: (value, out, at) => {
      const text = categoryText(value);
      if (text === undefined && value !== null && value !== undefined) return false;
      out[at] = text === undefined ? missing : (codeOf.get(text) ?? missing);
      return true;
    },
    writeColumn: (column, rows, out, cols, at) => {
      const codes = codesOf(column, rows, codeOf);
      for (let i = 0; i < codes.length; i++) out[at + i * cols] = codes[i]! < 0 ? missing : codes[i]!;
    },
    describe: () => ({
      name,
      type: 'category',
      categories: categories.slice(0, DESCRIBED_CATEGORIES),
      example: state.example,
    }),
    toJSON: () => state,
  };
}
