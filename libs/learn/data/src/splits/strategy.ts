import { LearnError } from '../errors.js';
import { groupKFold, kFold, monteCarlo, stratifiedKFold } from './folds.js';
import { groupSplit, holdoutSplit, stratifiedSplit, timeSplit } from './holdout.js';
import type { Split } from './split.js';
import { purgedKFold, timeSeriesFolds, walkForward } from './time-folds.js';

/** The names of the validation strategies, as requests give them. */
export const SPLIT_STRATEGIES = [
  'holdout',
  'kfold',
  'stratified',
  'group',
  'time_series',
  'purged',
  'walk_forward',
  'monte_carlo',
] as const;

export type SplitStrategy = (typeof SPLIT_STRATEGIES)[number];

/** What rows are split by; each array is indexed by table row. */
export interface SplitKeys {
  /** Class indices, for `stratified` and for a holdout of a classification. */
  readonly labels?: ArrayLike<number>;
  readonly groups?: ArrayLike<number>;
  readonly time?: ArrayLike<number>;
}

export interface StrategyOptions {
  readonly strategy: SplitStrategy;
  readonly testSize: number;
  readonly folds: number;
  readonly seed: number;
  readonly shuffle?: boolean;
  readonly gap?: number;
  readonly purge?: number;
  readonly embargo?: number;
  readonly window?: number;
}

function need<T>(value: T | undefined, strategy: SplitStrategy, field: string): T {
  if (value !== undefined) return value;
  const words = `The validation strategy "${strategy}" needs dataset.${field}: name the column.`;
  throw new LearnError('PARAMETER_INVALID', words, { field: `dataset.${field}` });
}

/**
 * The one final split of a data set: by time for the time-ordered strategies, by group for `group`, and otherwise random
 * with equal class shares when `labels` are given (`shuffle: false` holds out the last rows).
 */
export function holdoutFor(rows: Uint32Array, keys: SplitKeys, options: Omit<StrategyOptions, 'folds'>): Split {
  switch (options.strategy) {
    case 'group':
      return groupSplit(rows, need(keys.groups, 'group', 'group'), options);
    case 'time_series':
    case 'walk_forward':
    case 'purged':
      return timeSplit(rows, need(keys.time, options.strategy, 'time'), options);
    default:
      if (options.shuffle === false || !keys.labels) return holdoutSplit(rows, options);
      return stratifiedSplit(rows, keys.labels, options);
  }
}

/** The cross-validation splits of a strategy; `holdout` gives one. */
export function* foldsFor(rows: Uint32Array, keys: SplitKeys, options: StrategyOptions): Generator<Split> {
  const { strategy } = options;
  switch (strategy) {
    case 'holdout':
      yield holdoutFor(rows, keys, options);
      return;
    case 'kfold':
      return yield* kFold(rows, options);
    case 'stratified':
      return yield* stratifiedKFold(rows, need(keys.labels, strategy, 'target'), options);
    case 'group':
      return yield* groupKFold(rows, need(keys.groups, strategy, 'group'), options);
    case 'time_series':
      return yield* timeSeriesFolds(rows, need(keys.time, strategy, 'time'), options);
    case 'walk_forward':
      return yield* walkForward(rows, need(keys.time, strategy, 'time'), options);
    case 'purged':
      return yield* purgedKFold(rows, need(keys.time, strategy, 'time'), options);
    case 'monte_carlo':
      return yield* monteCarlo(rows, options);
  }
}
