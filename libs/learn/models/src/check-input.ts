import { type Dataset, LearnError, type Matrix } from '@trainyard/data';

/** Throws FEATURE_INVALID when `x` has another number of columns than the model was fitted on, or a model has no fit. */
export function checkColumns(x: Matrix, fitted: number): void {
  if (x.cols === fitted) return;
  throw new LearnError(
    'FEATURE_INVALID',
    `The model was fitted on ${fitted} features and was given ${x.cols}. Give the same columns in the same order.`,
  );
}

/** Throws TOO_FEW_ROWS, FEATURE_INVALID or WEIGHT_INVALID unless the arrays of `data` fit together and hold one row or more. */
export function checkDataset({ x, y, weight, task, classes }: Dataset): void {
  if (x.rows === 0) throw new LearnError('TOO_FEW_ROWS', 'There is no row to fit on.');
  if (
    x.data.length < x.rows * x.cols ||
    x.names.length !== x.cols ||
    !(y.length === x.rows || (task === 'clustering' && y.length === 0))
  ) {
    throw new LearnError(
      'FEATURE_INVALID',
      `The dataset's shapes disagree: x is ${x.rows} x ${x.cols} with ${x.data.length} values and ${x.names.length} names, y has ${y.length}.`,
    );
  }
  if ((task === 'binary' || task === 'multiclass') && (classes === undefined || classes.length < 2)) {
    throw new LearnError('TARGET_ONE_CLASS', 'Classification needs two classes or more.');
  }
  if (weight !== undefined) checkWeights(weight, x.rows);
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
