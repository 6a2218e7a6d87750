import type { SupervisedTask } from './dataset.js';
import { LearnError } from './errors.js';
import type { Column } from './table.js';

/** A target made ready to learn from. NaN in `y` is a missing target: leave those rows out. */
export interface EncodedTarget {
  /** n entries: class indices 0..k-1, or values for regression. */
  readonly y: Float64Array;
  /** Class names: numbers in ascending order, false before true, text in code-unit order. */
  readonly classes?: readonly string[];
}

/**
 * Turns a target column into class indices or values. For a binary task the positive class is index 1: the larger
 * number, true, or the text that sorts last (no < yes).
 * Throws TARGET_NOT_NUMERIC, TARGET_ALL_MISSING, TARGET_ONE_CLASS, TASK_UNSUPPORTED (binary with more than two classes).
 */
export function encodeTarget(target: Column, task: SupervisedTask): EncodedTarget {
  const encoded: EncodedTarget = task === 'regression' ? { y: regressionTarget(target) } : classTarget(target);
  if (encoded.y.every(Number.isNaN)) {
    const words = `The target "${target.name}" is missing in every row; choose another column or fill it in.`;
    throw new LearnError('TARGET_ALL_MISSING', words, { column: target.name });
  }
  const classes = encoded.classes?.length;
  if (classes === 1) {
    const words = `The target "${target.name}" has the same value in every row; there is nothing to learn.`;
    throw new LearnError('TARGET_ONE_CLASS', words, { column: target.name });
  }
  if (task === 'binary' && classes !== 2) {
    const words = `The target "${target.name}" has ${classes} classes; set task to multiclass.`;
    throw new LearnError('TASK_UNSUPPORTED', words, { column: target.name });
  }
  return encoded;
}

function regressionTarget(target: Column): Float64Array {
  if (target.kind === 'numeric') return target.values;
  const example = target.categories.find((text) => Number.isNaN(Number(text))) ?? target.categories[0];
  const words = `The target "${target.name}" holds text such as "${example}"; regression needs numbers. Set task to multiclass, or clean the column.`;
  throw new LearnError('TARGET_NOT_NUMERIC', words, { column: target.name });
}

function classTarget(target: Column): { y: Float64Array; classes: string[] } {
  if (target.kind === 'numeric') return numericClasses(target.values, target.boolean === true);
  const used = new Uint8Array(target.categories.length);
  for (const code of target.codes) if (code >= 0) used[code] = 1;
  const order = [...used.keys()].filter((code) => used[code]);
  order.sort((a, b) => (target.categories[a]! < target.categories[b]! ? -1 : 1));
  const classOf = new Int32Array(target.categories.length);
  order.forEach((code, k) => {
    classOf[code] = k;
  });
  const y = new Float64Array(target.codes.length);
  for (let i = 0; i < y.length; i++) y[i] = target.codes[i]! < 0 ? Number.NaN : classOf[target.codes[i]!]!;
  return { y, classes: order.map((code) => target.categories[code]!) };
}

function numericClasses(values: Float64Array, boolean: boolean): { y: Float64Array; classes: string[] } {
  const distinct = [...new Set(values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const classOf = new Map(distinct.map((value, k) => [value, k]));
  const y = Float64Array.from(values, (value) => classOf.get(value) ?? Number.NaN);
  return { y, classes: distinct.map((value) => (boolean ? String(value === 1) : String(value))) };
}
