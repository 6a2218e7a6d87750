/** What support vector machines use of the kernels; src/assembly/svm says what each does. Addresses are bytes in the memory. */
export interface SvmKernels {
  packPanels(x: number, list: number, n: number, cols: number, width: number, out: number): void;
  squaredNorms(x: number, n: number, cols: number, out: number): void;
  kernelRows(
    ...args: [
      ...[rows: number, rowNorms: number, q: number, cols: number, panels: number, norms: number],
      ...[from: number, to: number, outs: number, kind: number, gamma: number, coef0: number, degree: number],
    ]
  ): void;
  weightedSum(row: number, coefficients: number, n: number): number;
  gatherSquare(rows: number, columns: number, q: number, out: number): void;
  addRows(rows: number, deltas: number, q: number, sums: number, from: number, to: number): void;
  keepColumns(row: number, list: number, n: number, out: number): void;
  smo(
    ...args: [
      ...[kernel: number, stride: number, n: number, b: number, g: number, low: number, high: number],
      ...[tolerance: number, most: number, out: number],
    ]
  ): number;
}

/** Kinds of kernel, in the numbers of src/assembly/svm/kernel-rows.ts. */
export const KERNEL = { linear: 0, rbf: 1, poly: 2, sigmoid: 3 } as const;

/** A kernel function with its parameters. */
export interface KernelFunction {
  readonly kind: keyof typeof KERNEL;
  readonly gamma: number;
  readonly coef0: number;
  readonly degree: number;
}
