export { type DataFormat, detectFormat } from './data-format.js';
export {
  type Dataset,
  isUnsupervised,
  type Matrix,
  predictsValues,
  type SupervisedTask,
  type Task,
} from './dataset.js';
export { type DetectedTask, detectTask } from './detect-task.js';
export { type EncodedTarget, encodeTarget } from './encode-target.js';
export { LearnError, type LearnErrorCode } from './errors.js';
export { hashFile } from './fingerprint.js';
export { type ColumnProfile, type Histogram, type ProfileType, profileTable, type TableProfile } from './profile.js';
export type { ProfileWarning, ProfileWarningCode } from './profile-warnings.js';
export { createRandom, type Random } from './random.js';
export type { ReadOptions } from './read-options.js';
export { readTable } from './read-table.js';
export { groupKFold, kFold, monteCarlo, stratifiedKFold } from './splits/folds.js';
export { groupSplit, holdoutSplit, stratifiedSplit, timeSplit } from './splits/holdout.js';
export { allRows, type Split } from './splits/split.js';
export {
  foldsFor,
  holdoutFor,
  SPLIT_STRATEGIES,
  type SplitKeys,
  type SplitStrategy,
  type StrategyOptions,
} from './splits/strategy.js';
export { purgedKFold, timeSeriesFolds, walkForward } from './splits/time-folds.js';
export type { CategoricalColumn, Column, NumericColumn, Table } from './table.js';
export { checkFinite, columnOf, takeRows } from './table-columns.js';
export { orderWindows, rowsAhead, type WindowOptions, type WindowOrder } from './windows.js';
