/** The exports of src/assembly/dense. Addresses are bytes, strides doubles; what each does is said there. */
export interface DenseKernels {
  subtractProducts(
    c: number,
    cStride: number,
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    rows: number,
    cols: number,
    depth: number,
  ): void;
  factoriseBlock(a: number, stride: number, size: number): number;
  solveBlockRows(x: number, xStride: number, rows: number, factor: number, stride: number, size: number): void;
  covariances(
    kind: number,
    shape: number,
    variance: number,
    a: number,
    rows: number,
    b: number,
    cols: number,
    width: number,
    out: number,
    stride: number,
  ): void;
  covarianceSlopes(
    kind: number,
    shape: number,
    variance: number,
    points: number,
    from: number,
    to: number,
    width: number,
    g: number,
    stride: number,
    sums: number,
  ): void;
}
