import { LearnError, type Matrix } from '@trainyard/data';

/** Largest category code; above it a column is surely no category. */
const MOST_CATEGORIES = 2 ** 20;

/** A categorical column of the training rows. Category 0 is a missing value, category 1 + code the others. */
export interface CategoricalColumn {
  readonly column: number;
  /** The category of every row. */
  readonly codes: Uint32Array;
  /** One more than the largest category. */
  readonly size: number;
  /** The categories that occur in rows that are trained on, ascending. */
  readonly seen: readonly number[];
}

/** Which columns can be split on, and how. */
export interface ColumnPlan {
  readonly numeric: readonly number[];
  /** Columns of few categories: one against the rest. */
  readonly oneHot: readonly CategoricalColumn[];
  /** Columns that target statistics stand for. */
  readonly statistics: readonly CategoricalColumn[];
}

/** Looks through the rows that are trained on. Throws FEATURE_INVALID when a categorical column holds no category codes. */
export function planColumns(x: Matrix, rows: Uint32Array, oneHotMaxSize: number): ColumnPlan {
  const varies = findVarying(x, rows);
  const isCategorical = (j: number): boolean => x.categorical?.[j] ?? false;
  const columns = Array.from({ length: x.cols }, (_, j) => j).filter((j) => varies[j] === 1);
  const categorical = columns.filter(isCategorical).map((j) => readCategories(x, j, rows));
  return {
    numeric: columns.filter((j) => !isCategorical(j)),
    oneHot: categorical.filter(({ seen }) => seen.length <= oneHotMaxSize),
    statistics: categorical.filter(({ seen }) => seen.length > oneHotMaxSize),
  };
}

function findVarying({ data, cols }: Matrix, rows: Uint32Array): Uint8Array {
  const varies = new Uint8Array(cols);
  const first = rows[0]! * cols;
  // Most columns vary within a few rows: only the others are looked at further.
  let open = Array.from({ length: cols }, (_, j) => j);
  for (let i = 1; i < rows.length && open.length > 0; i++) {
    const at = rows[i]! * cols;
    let found = false;
    for (const j of open) {
      const a = data[at + j]!;
      const b = data[first + j]!;
      if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      varies[j] = 1;
      found = true;
    }
    if (found) open = open.filter((j) => varies[j] === 0);
  }
  return varies;
}

function readCategories(x: Matrix, column: number, rows: Uint32Array): CategoricalColumn {
  const codes = new Uint32Array(x.rows);
  let size = 1;
  for (let i = 0; i < x.rows; i++) {
    const value = x.data[i * x.cols + column]!;
    if (Number.isNaN(value)) continue;
    if (!(Number.isInteger(value) && value >= 0 && value < MOST_CATEGORIES)) throw notACategory(x, i, column, value);
    codes[i] = value + 1;
    size = Math.max(size, value + 2);
  }
  const seen = new Uint8Array(size);
  for (const row of rows) seen[codes[row]!] = 1;
  return { column, codes, size, seen: Array.from({ length: size }, (_, c) => c).filter((c) => seen[c] === 1) };
}

function notACategory(x: Matrix, row: number, column: number, value: number): LearnError {
  const name = x.names[column] ?? String(column);
  return new LearnError(
    'FEATURE_INVALID',
    `Row ${row + 1} of "${name}" is ${value}, but a categorical column holds codes 0 to ${MOST_CATEGORIES - 1}. Encode it, or do not mark it as categorical.`,
    { row: row + 1, column: name },
  );
}
