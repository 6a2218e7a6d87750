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
    y: takeOutputs(data.y, rows, data.outputs?.length ?? 1),
    ...(data.weight ? { weight: pick(data.weight) } : {}),
  };
}

/** The given rows of row-major `n x width` values. */
export function takeOutputs(values: Float64Array, rows: ArrayLike<number>, width: number): Float64Array {
  const taken = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < width; j++) taken[i * width + j] = values[rows[i]! * width + j]!;
  }
  return taken;
}
