/**
 * A numeric column. Dates are held as milliseconds since 1970 UTC with `date: true`; booleans as 0 and 1 with
 * `boolean: true`. A missing value is NaN.
 */
export interface NumericColumn {
  readonly kind: 'numeric';
  readonly name: string;
  readonly values: Float64Array;
  readonly date?: boolean;
  readonly boolean?: boolean;
}

/** A column of strings, each held as an index into `categories`; -1 is a missing value. */
export interface CategoricalColumn {
  readonly kind: 'categorical';
  readonly name: string;
  readonly codes: Int32Array;
  readonly categories: readonly string[];
}

export type Column = NumericColumn | CategoricalColumn;

/** Rows as read from a file, column by column. All columns have `rows` entries; names are unique. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}
