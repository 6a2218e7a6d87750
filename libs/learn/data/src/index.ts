export type { Dataset, Matrix, Task } from './dataset.js';
export { LearnError, type LearnErrorCode } from './errors.js';
export type { CategoricalColumn, Column, NumericColumn, Table } from './table.js';
