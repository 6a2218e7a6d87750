import type { Column } from '@trainyard/data';

/** Numbers counted by bins: bin i holds those above edge i - 1 and up to edge i. The last count is that of missing ones. */
export interface NumberReference {
  readonly kind: 'number';
  readonly name: string;
  /** Ascending; one less than there are bins. */
  readonly edges: readonly number[];
  /** Rows by bin, then those without a value: `edges.length + 2` entries. */
  readonly counts: readonly number[];
}

/** The most frequent texts and how many rows have them; then all others, then missing. */
export interface CategoryReference {
  readonly kind: 'category';
  readonly name: string;
  readonly values: readonly string[];
  /** `values.length + 2` entries. */
  readonly counts: readonly number[];
}

/** How one column was distributed when a model was trained: plain JSON, of bounded size, and no rows of the data. */
export type DriftReference = NumberReference | CategoryReference;

/** Bins of numbers, and categories with a count of their own. */
const MOST_BINS = 10;
/** Fewer rows a bin would make the index large by chance alone. */
const ROWS_A_BIN = 20;
/** Below so many rows a distribution cannot be told. */
export const FEWEST_REFERENCE_ROWS = 2 * ROWS_A_BIN;

const binsFor = (rows: number): number => Math.min(MOST_BINS, Math.floor(rows / ROWS_A_BIN));

/**
 * Counts the given rows of a column; undefined for dates, which move on by themselves, and for fewer than 40 rows.
 * @param rows indices into the column
 */
export function referenceOf(column: Column, rows: Uint32Array): DriftReference | undefined {
  if (column.kind === 'categorical') {
    return categoryReference(column.name, column.categories, (i) => column.codes[rows[i]!]!, rows.length);
  }
  if (column.date) return undefined;
  return numberReference(
    column.name,
    Float64Array.from(rows, (row) => column.values[row]!),
  );
}

/** Counts numbers by quantiles, or one by one when they are few different ones. NaN is missing. Undefined for fewer than 40. */
export function numberReference(name: string, values: Float64Array): NumberReference | undefined {
  if (values.length < FEWEST_REFERENCE_ROWS) return undefined;
  // A typed array sorts numbers ascending with NaN last.
  const sorted = values.slice().sort();
  let present = sorted.length;
  while (present > 0 && Number.isNaN(sorted[present - 1]!)) present--;
  const edges = present === 0 ? [] : edgesOf(sorted.subarray(0, present), binsFor(values.length));
  const counts = new Array<number>(edges.length + 2).fill(0);
  for (let i = 0; i < present; i++) counts[binOfNumber(edges, sorted[i]!)]!++;
  counts[counts.length - 1] = values.length - present;
  return { kind: 'number', name, edges, counts };
}

/** @param codeAt of entry i its index into `categories`, or less than 0 when it is missing */
export function categoryReference(
  name: string,
  categories: readonly string[],
  codeAt: (i: number) => number,
  rows: number,
): CategoryReference | undefined {
  if (rows < FEWEST_REFERENCE_ROWS) return undefined;
  const counts = new Uint32Array(categories.length);
  let missing = 0;
  for (let i = 0; i < rows; i++) {
    const code = codeAt(i);
    if (code < 0) missing++;
    else counts[code]!++;
  }
  const used = [...counts.keys()].filter((code) => counts[code]! > 0).sort((a, b) => counts[b]! - counts[a]! || a - b);
  const top = used.slice(0, binsFor(rows));
  const own = top.map((code) => counts[code]!);
  const other = rows - missing - own.reduce((sum, count) => sum + count, 0);
  return { kind: 'category', name, values: top.map((code) => categories[code]!), counts: [...own, other, missing] };
}

/** The first bin whose upper edge is not below the value; the last one has none. */
export function binOfNumber(edges: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param sorted ascending, at least one number */
function edgesOf(sorted: Float64Array, bins: number): number[] {
  const distinct = distinctUpTo(sorted, bins + 1);
  const only = distinct[0]!;
  // What was the same in every row may become less or more.
  if (distinct.length === 1) return [only - Math.max(Math.abs(only), 1) * 2 ** -40, only];
  if (distinct.length <= bins) return distinct.slice(1).map((value, i) => distinct[i]! + (value - distinct[i]!) / 2);
  const last = sorted[sorted.length - 1]!;
  const quantiles = Array.from(
    { length: bins - 1 },
    (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / bins) - 1]!,
  );
  return [...new Set(quantiles)].filter((edge) => edge < last);
}

/** The different values, ascending; at most `most` of them. */
function distinctUpTo(sorted: Float64Array, most: number): number[] {
  const distinct: number[] = [];
  for (let i = 0; i < sorted.length && distinct.length < most; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct.push(sorted[i]!);
  }
  return distinct;
}
