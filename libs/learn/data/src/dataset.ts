/** Row-major `rows x cols` matrix of features. NaN is missing. `categorical[j]` marks a column that holds category codes (0, 1, ...). */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array;
  readonly names: readonly string[];
  readonly categorical?: readonly boolean[];
  /** Present where samples are windows: then `rows` counts them, and `data` holds the rows that they are parts of. */
  readonly windows?: Windows;
}

/** Sequences of consecutive rows, without a copy: the i-th ends with row `ends[i]` of the data and begins `length - 1` earlier. */
export interface Windows {
  readonly length: number;
  readonly ends: ArrayLike<number>;
  /** Where some sequences are shorter, the rows of each, 1 to `length`: only its last ones, up to `ends[i]`, are there. */
  readonly lengths?: ArrayLike<number>;
}

/** The tasks that learn a target of the row itself. */
export type SupervisedTask = 'binary' | 'multiclass' | 'regression';

/**
 * The tasks a model can be asked for. `forecast` learns the values of several rows ahead, from a window of rows; clustering and anomaly
 * detection need no target.
 */
export type Task = SupervisedTask | 'forecast' | 'clustering' | 'anomaly';

/** Whether a task looks at the rows alone: a target that is given is compared with, never learnt from. */
export const isUnsupervised = (task: string): boolean => task === 'clustering' || task === 'anomaly';

/** Whether what is predicted are values, one or several a row, and not classes. */
export const predictsValues = (task: string): boolean => task === 'regression' || task === 'forecast';

/**
 * What a model is fitted on: `x` is `n x f`; `y` has n entries, class indices 0..k-1 for classification, values for
 * regression, and nothing (length 0) or anything for clustering and anomaly detection, which do not look at it; `classes` names the
 * classes; `weight` holds n non-negative sample weights. Where a row has several values to learn, `outputs` names them and `y` is
 * row-major `n x outputs`.
 */
export interface Dataset {
  readonly task: Task;
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly classes?: readonly string[];
  readonly outputs?: readonly string[];
  readonly weight?: Float64Array;
}
