/** Row-major `rows x cols` matrix of features. NaN is missing. `categorical[j]` marks a column that holds category codes (0, 1, ...). */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array;
  readonly names: readonly string[];
  readonly categorical?: readonly boolean[];
}

/** The tasks a supervised model can be asked for. */
export type Task = 'binary' | 'multiclass' | 'regression';

/**
 * What a model is fitted on: `x` is `n x f`; `y` has n entries, class indices 0..k-1 for classification and values for
 * regression; `classes` names the classes; `weight` holds n non-negative sample weights.
 */
export interface Dataset {
  readonly task: Task;
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly classes?: readonly string[];
  readonly weight?: Float64Array;
}
