import type { SupervisedTask } from './dataset.js';
import { LearnError } from './errors.js';
import type { Column } from './table.js';

/** More classes than this are taken for names or identifiers. */
const MOST_CLASSES = 1000;
/** A column of whole numbers with at most this many values, each common enough, is taken for classes. */
const MOST_NUMERIC_CLASSES = 20;
const FEWEST_ROWS_PER_CLASS = 10;

export interface DetectedTask {
  readonly task: SupervisedTask;
  /** One sentence that says why. */
  readonly reason: string;
}

function distinctNumbers(values: Float64Array, most: number): Set<number> {
  const seen = new Set<number>();
  for (let i = 0; i < values.length && seen.size <= most; i++) {
    const value = values[i]!;
    if (!Number.isNaN(value)) seen.add(value);
  }
  return seen;
}

function usedCategories(codes: Int32Array, categories: number): { classes: number; present: number } {
  const used = new Uint8Array(categories);
  let present = 0;
  for (let i = 0; i < codes.length; i++) {
    if (codes[i]! < 0) continue;
    used[codes[i]!] = 1;
    present++;
  }
  return { classes: used.reduce((sum, one) => sum + one, 0), present };
}

function allMissing(name: string): LearnError {
  const words = `The target "${name}" is missing in every row; choose another column or fill it in.`;
  return new LearnError('TARGET_ALL_MISSING', words, { column: name });
}

function oneClass(name: string): LearnError {
  const words = `The target "${name}" has the same value in every row; there is nothing to learn. Choose another column.`;
  return new LearnError('TARGET_ONE_CLASS', words, { column: name });
}

/**
 * The task a target column calls for: text and booleans are classes; two numbers are two classes; 3 to 20 whole numbers
 * that each occur 10 times on average are classes; other numbers are values to regress on.
 * Throws TARGET_ALL_MISSING, TARGET_ONE_CLASS, TARGET_NOT_NUMERIC (a date) or TOO_MANY_CLASSES.
 */
export function detectTask(target: Column): DetectedTask {
  const name = target.name;
  if (target.kind === 'categorical') {
    const { classes, present } = usedCategories(target.codes, target.categories.length);
    if (present === 0) throw allMissing(name);
    if (classes === 1) throw oneClass(name);
    if (classes > MOST_CLASSES || (classes > 50 && classes > present / 2)) {
      const words =
        `The target "${name}" is text with ${classes} different values in ${present} rows: it looks like a name or an ` +
        'identifier. Choose a column with fewer values.';
      throw new LearnError('TOO_MANY_CLASSES', words, { column: name });
    }
    if (classes === 2) return { task: 'binary', reason: `"${name}" is text with two values.` };
    return { task: 'multiclass', reason: `"${name}" is text with ${classes} values.` };
  }
  if (target.date) {
    const words = `The target "${name}" is a date; derive a number from it, such as days until it, and predict that.`;
    throw new LearnError('TARGET_NOT_NUMERIC', words, { column: name });
  }
  const distinct = distinctNumbers(target.values, MOST_NUMERIC_CLASSES);
  if (distinct.size === 0) throw allMissing(name);
  if (distinct.size === 1) throw oneClass(name);
  if (target.boolean) return { task: 'binary', reason: `"${name}" is true or false.` };
  if (distinct.size === 2) return { task: 'binary', reason: `"${name}" holds two different numbers.` };
  const whole = [...distinct].every(Number.isInteger);
  const few = distinct.size <= MOST_NUMERIC_CLASSES && target.values.length >= distinct.size * FEWEST_ROWS_PER_CLASS;
  if (whole && few) return { task: 'multiclass', reason: `"${name}" holds ${distinct.size} different whole numbers.` };
  const most = distinct.size > MOST_NUMERIC_CLASSES ? `more than ${MOST_NUMERIC_CLASSES}` : `${distinct.size}`;
  return { task: 'regression', reason: `"${name}" holds ${most} different numbers.` };
}
