import { LearnError } from '../errors.js';

/** Row indices to train on and to test on. They never overlap. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** All rows of a table: 0, 1, ..., n-1. */
export function allRows(n: number): Uint32Array {
  const rows = new Uint32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  return rows;
}

/** How many of n rows to test on: at least one on each side. Throws PARAMETER_INVALID or TOO_FEW_ROWS. */
export function testCount(n: number, testSize: number): number {
  if (!(testSize > 0 && testSize < 1)) {
    const words = `testSize is ${testSize}; it must be a share of the rows between 0 and 1, such as 0.2.`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'testSize' });
  }
  if (n < 2) {
    throw new LearnError('TOO_FEW_ROWS', `There are ${n} rows to split; at least 2 are needed.`);
  }
  return Math.min(n - 1, Math.max(1, Math.round(n * testSize)));
}

/** Throws PARAMETER_INVALID or TOO_FEW_ROWS unless 2 <= folds <= n. `what` names what is split. */
export function checkFolds(folds: number, n: number, what = 'rows'): void {
  if (!Number.isInteger(folds) || folds < 2) {
    throw new LearnError('PARAMETER_INVALID', `folds is ${folds}; it must be a whole number of at least 2.`, {
      field: 'folds',
    });
  }
  if (n < folds) {
    throw new LearnError('TOO_FEW_ROWS', `There are ${n} ${what} for ${folds} folds; use fewer folds or more data.`, {
      field: 'folds',
    });
  }
}

/** Row indices where `inTest[i]` is 1, and the others, in the order of `rows`. */
export function splitByMark(rows: Uint32Array, inTest: Uint8Array): Split {
  let count = 0;
  for (const mark of inTest) count += mark;
  const test = new Uint32Array(count);
  const train = new Uint32Array(rows.length - count);
  let a = 0;
  let b = 0;
  for (let i = 0; i < rows.length; i++) {
    if (inTest[i]) test[a++] = rows[i]!;
    else train[b++] = rows[i]!;
  }
  return { train, test };
}
