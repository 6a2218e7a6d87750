import type { ColumnProfile } from './profile.js';
import type { Column, Table } from './table.js';

export type ProfileWarningCode =
  | 'ALL_MISSING'
  | 'MOSTLY_MISSING'
  | 'CONSTANT'
  | 'ID_LIKE'
  | 'HIGH_CARDINALITY'
  | 'DATE_COLUMN'
  | 'INFINITE_VALUES'
  | 'DUPLICATE_ROWS';

/** Something worth a look before training: nothing here stops it. */
export interface ProfileWarning {
  readonly code: ProfileWarningCode;
  readonly column?: string;
  readonly message: string;
}

const MOSTLY = 0.95;
const MANY_CATEGORIES = 1000;
const FEWEST_ROWS_FOR_ID = 50;

/** What is unusual about one column. */
export function columnWarnings(profile: ColumnProfile, column: Column, rows: number): ProfileWarning[] {
  const { name, missing, distinct } = profile;
  const warning = (code: ProfileWarningCode, message: string): ProfileWarning => ({ code, column: name, message });
  if (missing === rows) return [warning('ALL_MISSING', `"${name}" is missing in every row; it will not be used.`)];
  const found: ProfileWarning[] = [];
  if (missing > rows * MOSTLY) {
    const share = ((100 * missing) / rows).toFixed(1);
    found.push(warning('MOSTLY_MISSING', `"${name}" is missing in ${share} % of the rows.`));
  }
  if (distinct === 1) found.push(warning('CONSTANT', `"${name}" has one value only; it cannot help a model.`));
  else if (isIdLike(column, distinct, rows - missing)) {
    found.push(
      warning(
        'ID_LIKE',
        `"${name}" differs in every row, as an identifier does; exclude it unless it means something.`,
      ),
    );
  } else if (profile.type === 'category' && distinct > MANY_CATEGORIES) {
    found.push(warning('HIGH_CARDINALITY', `"${name}" has ${distinct} categories; few rows support each of them.`));
  }
  if (profile.type === 'date') {
    found.push(
      warning('DATE_COLUMN', `"${name}" is a date; name it as dataset.time to split by time instead of at random.`),
    );
  }
  if (Math.abs(profile.min ?? 0) === Number.POSITIVE_INFINITY || profile.max === Number.POSITIVE_INFINITY) {
    found.push(warning('INFINITE_VALUES', `"${name}" holds infinity; replace it or leave it empty before training.`));
  }
  return found;
}

/** Text that never repeats, or whole numbers that count up or down by one. */
function isIdLike(column: Column, distinct: number, present: number): boolean {
  if (present < FEWEST_ROWS_FOR_ID || distinct !== present) return false;
  if (column.kind === 'categorical') return true;
  if (column.date) return false;
  const { values } = column;
  const step = values[1]! - values[0]!;
  if (Math.abs(step) !== 1) return false;
  for (let i = 2; i < values.length; i++) if (values[i]! - values[i - 1]! !== step) return false;
  return true;
}

/** How many rows equal an earlier one, told by a 53-bit hash of all values (at 3 million rows a false match is a 1 in 2,000 chance). */
export function countDuplicateRows(table: Table): number {
  if (table.columns.length === 0) return 0;
  const high = new Uint32Array(table.rows).fill(0x9e3779b9);
  const low = new Uint32Array(table.rows).fill(0x85ebca6b);
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  for (const column of table.columns) {
    for (let i = 0; i < table.rows; i++) {
      number[0] = column.kind === 'numeric' ? column.values[i]! + 0 : column.codes[i]!;
      high[i] = mix(high[i]! ^ words[0]!, words[1]!);
      low[i] = mix(low[i]! + words[1]!, words[0]! ^ 0x5bd1e995);
    }
  }
  const hashes = new Float64Array(table.rows);
  for (let i = 0; i < table.rows; i++) hashes[i] = (high[i]! & 0x1fffff) * 2 ** 32 + low[i]!;
  hashes.sort();
  let repeats = 0;
  for (let i = 1; i < hashes.length; i++) if (hashes[i] === hashes[i - 1]) repeats++;
  return repeats;
}

/** One round of murmur3's finalizer over two words. */
function mix(a: number, b: number): number {
  let h = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ b;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
