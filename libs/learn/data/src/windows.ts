import { LearnError } from './errors.js';

/** Rows of a table in the order of their groups and times, in which every window of a series is a contiguous part. */
export interface WindowOrder {
  /** Rows of the table, one series after the other; with padding the first row of a series stands there several times. */
  readonly order: Uint32Array;
  /** Of each row of the table: where in `order` the window that ends with it ends; -1 where too few rows come before. */
  readonly ends: Int32Array;
  /** Where windows may be shorter: the rows of that window. */
  readonly lengths?: Int32Array;
  /** Series that are shorter than a window. */
  readonly shortSeries: number;
}

export interface WindowOptions {
  /** Rows of a window. */
  readonly length: number;
  readonly time: ArrayLike<number>;
  /** Windows do not reach from one group into another. */
  readonly groups?: ArrayLike<number>;
  /** Whether the first row of a series is repeated before it, so that every row ends a window. */
  readonly pad?: boolean;
  /** Fewest rows of a window, where those at the start of a series may be shorter. */
  readonly least?: number;
}

/** Throws PARAMETER_INVALID naming the first row without a time, TOO_FEW_ROWS when no series is as long as a window. */
export function orderWindows({ length, time, groups, pad = false, least = length }: WindowOptions): WindowOrder {
  const rows = sortedRows(time, groups);
  const order: number[] = [];
  const ends = new Int32Array(time.length).fill(-1);
  const lengths = least < length ? new Int32Array(time.length) : undefined;
  let shortSeries = 0;
  for (let begin = 0; begin < rows.length; ) {
    let end = begin + 1;
    while (end < rows.length && (groups === undefined || groups[rows[end]!] === groups[rows[begin]!])) end++;
    if (pad) for (let i = 1; i < length; i++) order.push(rows[begin]!);
    if (!pad && end - begin < least) shortSeries++;
    for (let i = begin; i < end; i++) {
      if (pad || i - begin >= least - 1) ends[rows[i]!] = order.length;
      if (lengths) lengths[rows[i]!] = pad ? length : Math.min(length, i - begin + 1);
      order.push(rows[i]!);
    }
    begin = end;
  }
  if (ends.every((place) => place < 0)) {
    const words = `No series is as long as a window of ${least} rows: take a smaller seqLen.`;
    throw new LearnError('TOO_FEW_ROWS', words, { field: 'seqLen' });
  }
  return { order: Uint32Array.from(order), ends, shortSeries, ...(lengths ? { lengths } : {}) };
}

/** Of each row that ends a window, the row `horizon` rows later in its series; -1 where there is none. */
export function rowsAhead({ order, ends }: WindowOrder, horizon: number, groups?: ArrayLike<number>): Int32Array {
  return ends.map((end, row) => {
    const ahead = end < 0 ? undefined : order[end + horizon];
    if (ahead === undefined) return -1;
    return groups === undefined || groups[ahead] === groups[row] ? ahead : -1;
  });
}

function sortedRows(time: ArrayLike<number>, groups?: ArrayLike<number>): Uint32Array {
  for (let row = 0; row < time.length; row++) {
    if (!Number.isNaN(time[row])) continue;
    const words = `Row ${row + 1} has no time, and windows need the order of all rows: fill it in, or leave the row out.`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'dataset.time', row: row + 1 });
  }
  const rows = Uint32Array.from({ length: time.length }, (_, i) => i);
  return rows.sort((a, b) => (groups ? groups[a]! - groups[b]! : 0) || time[a]! - time[b]! || a - b);
}
