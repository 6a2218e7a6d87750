/** What neural networks use of the kernels; src/assembly/neural says what each does. Addresses are bytes in the memory. */
export interface NeuralKernels {
  multiplyMatrices(a: number, b: number, c: number, m: number, k: number, n: number): void;
  transposeMatrix(from: number, to: number, m: number, n: number): void;
  sigmoidAll(from: number, to: number, n: number): void;
  tanhAll(from: number, to: number, n: number): void;
  expAll(from: number, to: number, n: number): void;
  addAll(a: number, b: number, to: number, n: number): void;
}
