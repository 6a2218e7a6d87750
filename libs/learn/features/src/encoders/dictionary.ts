import { type CategoricalColumn, LearnError } from '@trainyard/data';

/** The categories of a column among the given rows, most frequent first; equally frequent ones by first appearance. */
export interface FittedDictionary {
  readonly categories: readonly string[];
  readonly missing: number;
  readonly example: string;
}

/** Counts the categories; undefined when the column is missing in all given rows. */
export function fitDictionary(column: CategoricalColumn, rows: Uint32Array): FittedDictionary | undefined {
  const counts = new Uint32Array(column.categories.length);
  let missing = 0;
  let first = -1;
  for (let i = 0; i < rows.length; i++) {
    const code = column.codes[rows[i]!]!;
    if (code < 0) missing++;
    else {
      counts[code]!++;
      if (first < 0) first = code;
    }
  }
  if (first < 0) return undefined;
  const used = [...counts.keys()].filter((code) => counts[code]! > 0);
  used.sort((a, b) => counts[b]! - counts[a]! || a - b);
  return { categories: used.map((code) => column.categories[code]!), missing, example: column.categories[first]! };
}

/** The text of a value of a request, undefined when it can be no category. Numbers and booleans become their text. */
export function categoryText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Category to code. Throws ARTIFACT_INVALID when a category occurs twice. */
export function dictionaryCodes(name: string, categories: readonly string[]): ReadonlyMap<string, number> {
  const codes = new Map(categories.map((text, code) => [text, code]));
  if (codes.size !== categories.length) {
    const words = `The saved pipeline lists a category of "${name}" twice; train the model again.`;
    throw new LearnError('ARTIFACT_INVALID', words, { field: name });
  }
  return codes;
}

export const DESCRIBED_CATEGORIES = 200;
