import type { Dataset, Matrix } from '@trainyard/data';

/** The given rows of a matrix, in their order. */
export function takeMatrixRows(x: Matrix, rows: ArrayLike<number>): Matrix {
  const data = new Float32Array(rows.length * x.cols);
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i]! * x.cols;
    data.set(x.data.subarray(at, at + x.cols), i * x.cols);
  }
  return { ...x, rows: rows.length, data };
}

/** The given rows of a dataset, in their order; classes stay, also those without a row. */
export function takeDatasetRows(data: Dataset, rows: ArrayLike<number>): Dataset {
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
  return {
    ...data,
    x: takeMatrixRows(data.x, rows),
    y: pick(data.y),
    ...(data.weight ? { weight: pick(data.weight) } : {}),
  };
}
