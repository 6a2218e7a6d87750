import { profileColumn } from './profile-column.js';
import { columnWarnings, countDuplicateRows, type ProfileWarning } from './profile-warnings.js';
import type { Table } from './table.js';

/** How a column reads to people. */
export type ProfileType = 'number' | 'date' | 'boolean' | 'category';

/** Equal-width bins: counts[k] of the values in [edges[k], edges[k+1]); the last bin includes its upper edge. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface ColumnProfile {
  readonly name: string;
  readonly type: ProfileType;
  readonly missing: number;
  readonly distinct: number;
  /** Of numbers and dates (milliseconds since 1970 UTC); absent when all values are missing. */
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  /** The sample's standard deviation (n - 1). */
  readonly std?: number;
  readonly median?: number;
  /** The 20 most frequent categories. */
  readonly top?: readonly { readonly value: string; readonly count: number }[];
  readonly histogram?: Histogram;
}

export interface TableProfile {
  readonly rows: number;
  readonly duplicateRows: number;
  readonly columns: readonly ColumnProfile[];
  readonly warnings: readonly ProfileWarning[];
}

/** Describes every column and says what a user should look at before training. One pass and one sort per column. */
export function profileTable(table: Table): TableProfile {
  const columns = table.columns.map(profileColumn);
  const warnings = columns.flatMap((profile, k) => columnWarnings(profile, table.columns[k]!, table.rows));
  const duplicateRows = countDuplicateRows(table);
  if (duplicateRows > 0) {
    const words = `${duplicateRows} rows repeat an earlier row; a repeated row may be both trained and tested on.`;
    warnings.push({ code: 'DUPLICATE_ROWS', message: words });
  }
  return { rows: table.rows, duplicateRows, columns, warnings };
}
