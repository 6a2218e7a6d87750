import { LearnError } from '../errors.js';
import { sortByTime } from './holdout.js';
import { checkFolds, type Split } from './split.js';

export interface TimeFoldOptions {
  readonly folds: number;
  /** Rows left out between the end of training and the start of testing. Default 0. */
  readonly gap?: number;
}

/** The k-th of `parts` equal blocks of n rows begins here. */
function blockStart(n: number, parts: number, k: number): number {
  return Math.floor((n * k) / parts);
}

/**
 * Expanding-window cross-validation: the rows in time order are cut into folds + 1 blocks; fold k trains on all rows
 * before block k + 1 and tests on that block. Training never sees the future.
 */
export function* timeSeriesFolds(
  rows: Uint32Array,
  time: ArrayLike<number>,
  options: TimeFoldOptions,
): Generator<Split> {
  checkFolds(options.folds, rows.length - 1);
  const ordered = sortByTime(rows, time);
  for (let fold = 0; fold < options.folds; fold++) {
    const start = blockStart(ordered.length, options.folds + 1, fold + 1);
    const end = blockStart(ordered.length, options.folds + 1, fold + 2);
    yield { train: trainingWindow(ordered, 0, start - (options.gap ?? 0), fold), test: ordered.slice(start, end) };
  }
}

/** Walk forward: as `timeSeriesFolds`, but each fold trains only on the `window` rows before it (default: one block). */
export function* walkForward(
  rows: Uint32Array,
  time: ArrayLike<number>,
  options: TimeFoldOptions & { readonly window?: number },
): Generator<Split> {
  checkFolds(options.folds, rows.length - 1);
  const ordered = sortByTime(rows, time);
  const window = options.window ?? Math.floor(ordered.length / (options.folds + 1));
  for (let fold = 0; fold < options.folds; fold++) {
    const start = blockStart(ordered.length, options.folds + 1, fold + 1);
    const end = blockStart(ordered.length, options.folds + 1, fold + 2);
    const trainEnd = start - (options.gap ?? 0);
    yield {
      train: trainingWindow(ordered, Math.max(0, trainEnd - window), trainEnd, fold),
      test: ordered.slice(start, end),
    };
  }
}

/**
 * Purged k-fold with embargo (Lopez de Prado, Advances in Financial Machine Learning, 2018, chapter 7): consecutive
 * blocks in time order are tested in turn; `purge` rows before and `purge + embargo` rows after the tested block are left
 * out of training, so that labels that overlap in time leak nothing.
 */
export function* purgedKFold(
  rows: Uint32Array,
  time: ArrayLike<number>,
  options: { readonly folds: number; readonly purge?: number; readonly embargo?: number },
): Generator<Split> {
  checkFolds(options.folds, rows.length);
  const ordered = sortByTime(rows, time);
  const purge = options.purge ?? 0;
  for (let fold = 0; fold < options.folds; fold++) {
    const start = blockStart(ordered.length, options.folds, fold);
    const end = blockStart(ordered.length, options.folds, fold + 1);
    const before = ordered.subarray(0, Math.max(0, start - purge));
    const after = ordered.subarray(Math.min(ordered.length, end + purge + (options.embargo ?? 0)));
    const train = new Uint32Array(before.length + after.length);
    train.set(before);
    train.set(after, before.length);
    if (train.length === 0) throw nothingToTrainOn(fold);
    yield { train, test: ordered.slice(start, end) };
  }
}

function trainingWindow(ordered: Uint32Array, start: number, end: number, fold: number): Uint32Array {
  if (end <= start) throw nothingToTrainOn(fold);
  return ordered.slice(start, end);
}

function nothingToTrainOn(fold: number): LearnError {
  const words = `Fold ${fold + 1} has no rows left to train on; make the gap, purge or embargo smaller, or use fewer folds.`;
  return new LearnError('TOO_FEW_ROWS', words, { field: 'validation' });
}
