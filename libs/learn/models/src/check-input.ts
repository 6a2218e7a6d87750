import { type Dataset, isUnsupervised, LearnError, type Matrix, predictsValues } from '@trainyard/data';

/** Throws FEATURE_INVALID when `x` has another number of columns than the model was fitted on, or a model has no fit. */
export function checkColumns(x: Matrix, fitted: number): void {
  if (x.cols === fitted) return;
  throw new LearnError(
    'FEATURE_INVALID',
    `The model was fitted on ${fitted} features and was given ${x.cols}. Give the same columns in the same order.`,
  );
}

/**
 * Checks what a model is fitted on, or with `use` validation what it is scored on: the arrays fit together, targets and weights
 * can be learnt from. Throws TOO_FEW_ROWS, FEATURE_INVALID, TARGET_ONE_CLASS, TOO_MANY_CLASSES, TARGET_NOT_NUMERIC or WEIGHT_INVALID.
 */
export function checkDataset(data: Dataset, use: 'training' | 'validation' = 'training'): void {
  const { x, y, weight, task, classes, outputs = [''] } = data;
  if (x.rows === 0) throw new LearnError('TOO_FEW_ROWS', `There is no row for ${use}.`);
  if (
    x.data.length < x.rows * x.cols ||
    x.names.length !== x.cols ||
    !(y.length === x.rows * outputs.length || (isUnsupervised(task) && y.length === 0))
  ) {
    throw new LearnError(
      'FEATURE_INVALID',
      `The dataset's shapes disagree: x is ${x.rows} x ${x.cols} with ${x.data.length} values and ${x.names.length} names, y has ${y.length}.`,
    );
  }
  if ((task === 'binary' || task === 'multiclass') && (classes === undefined || classes.length < 2)) {
    throw new LearnError('TARGET_ONE_CLASS', 'Classification needs two classes or more.');
  }
  if (use === 'training' && (classes?.length ?? 0) > x.rows) {
    throw new LearnError(
      'TOO_MANY_CLASSES',
      `There are ${classes!.length} classes but only ${x.rows} rows: give at least a row for each class.`,
    );
  }
  if (!isUnsupervised(task)) checkTarget(data);
  if (weight !== undefined) checkWeights(weight, x.rows);
}

/** Throws TARGET_NOT_NUMERIC at the first target that is not a finite value or, for classes, not a class index. */
function checkTarget({ task, y, classes, outputs = [''] }: Dataset): void {
  const k = classes?.length ?? 0;
  for (let i = 0; i < y.length; i++) {
    const value = y[i]!;
    if (predictsValues(task) ? value - value === 0 : Number.isInteger(value) && value >= 0 && value < k) continue;
    const row = Math.floor(i / outputs.length) + 1;
    const wanted = predictsValues(task) ? 'a finite number' : `a class index from 0 to ${k - 1}`;
    const words = `The target of row ${row} is ${value}, but must be ${wanted}.`;
    throw new LearnError('TARGET_NOT_NUMERIC', words, { row });
  }
}

function checkWeights(weight: Float64Array, rows: number): void {
  let total = 0;
  for (let i = 0; i < weight.length; i++) {
    const value = weight[i]!;
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new LearnError(
        'WEIGHT_INVALID',
        `The weight of row ${i + 1} is ${value}: weights are finite and not negative.`,
        {
          row: i + 1,
        },
      );
    }
    total += value;
  }
  if (weight.length !== rows || total === 0) {
    throw new LearnError('WEIGHT_INVALID', `${rows} rows need ${rows} weights of which one or more is above 0.`);
  }
}

/** For models that cannot take missing values: throws FEATURE_INVALID naming the first NaN or infinity. */
export function checkFiniteMatrix(x: Matrix): void {
  const { data, cols } = x;
  const end = x.rows * cols;
  for (let i = 0; i < end; i++) {
    const value = data[i]!;
    if (value - value === 0) continue;
    const row = Math.floor(i / cols) + 1;
    const column = x.names[i % cols];
    throw new LearnError(
      'FEATURE_INVALID',
      `Row ${row} of "${column}" is ${Number.isNaN(value) ? 'missing' : value}, which this model cannot take: impute it first.`,
      { row, ...(column === undefined ? {} : { column }) },
    );
  }
}
