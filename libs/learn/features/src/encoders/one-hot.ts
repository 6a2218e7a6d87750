import type { CategoricalColumn } from '@trainyard/data';
import { codesOf } from './column-values.js';
import { categoryText, dictionaryCodes, fitDictionary } from './dictionary.js';
import type { Encoder } from './encoder.js';

/** At most this many categories get a column of their own; rarer ones share `<name>=(other)`. */
export const MOST_ONE_HOT = 100;

export interface OneHotState {
  readonly kind: 'onehot';
  readonly name: string;
  /** The categories with a column of their own, most frequent first. */
  readonly categories: readonly string[];
  readonly other: boolean;
  /** True when values were missing in the data: then missing has a column of its own. */
  readonly missing: boolean;
  readonly example: string;
}

/** Fits a column of text; undefined when it is missing in all given rows. */
export function fitOneHot(column: CategoricalColumn, rows: Uint32Array): Encoder | undefined {
  const dictionary = fitDictionary(column, rows);
  if (!dictionary) return undefined;
  return oneHotEncoder({
    kind: 'onehot',
    name: column.name,
    categories: dictionary.categories.slice(0, MOST_ONE_HOT),
    other: dictionary.categories.length > MOST_ONE_HOT,
    missing: dictionary.missing > 0,
    example: dictionary.example,
  });
}

/**
 * One output of 0 or 1 per category, then `<name>=(other)` and `<name>=(missing)` where they are needed. A category not
 * seen in fitting counts as other, and as none of them when there is no other.
 */
export function oneHotEncoder(state: OneHotState): Encoder {
  const { name, categories } = state;
  const codeOf = dictionaryCodes(name, categories);
  const outputs = categories.map((text) => `${name}=${text}`);
  const otherAt = state.other ? outputs.push(`${name}=(other)`) - 1 : -1;
  const missingAt = state.missing ? outputs.push(`${name}=(missing)`) - 1 : -1;
  const width = outputs.length;
  const write = (position: number, out: Float32Array, at: number): void => {
    out.fill(0, at, at + width);
    if (position >= 0) out[at + position] = 1;
  };
  return {
    input: name,
    outputs,
    categorical: false,
    accepts: 'text',
    writeMissing: (out, at) => write(missingAt, out, at),
    writeValue: (value, out, at) => {
      const text = categoryText(value);
      if (text === undefined && value !== null && value !== undefined) return false;
      write(text === undefined ? missingAt : (codeOf.get(text) ?? otherAt), out, at);
      return true;
    },
    writeColumn: (column, rows, out, cols, at) => {
      const codes = codesOf(column, rows, codeOf);
      for (let i = 0; i < codes.length; i++) {
        const code = codes[i]!;
        write(code >= 0 ? code : code === -1 ? missingAt : otherAt, out, at + i * cols);
      }
    },
    describe: () => ({ name, type: 'category', categories, example: state.example }),
    toJSON: () => state,
  };
}
