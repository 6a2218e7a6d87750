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
}

/** The tasks that learn a target. */
export type SupervisedTask = 'binary' | 'multiclass' | 'regression';

/** The tasks a model can be asked for; clustering needs no target. */
export type Task = SupervisedTask | 'clustering';

/**
 * What a model is fitted on: `x` is `n x f`; `y` has n entries, class indices 0..k-1 for classification values for
 * regression, and nothing (length 0) or anything for clustering, which does not look at it; `classes` names the classes; `weight` holds n non-negative sample weights.
 */
export interface Dataset {
  readonly task: Task;
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly classes?: readonly string[];
  readonly weight?: Float64Array;
}
