/** What forests use of the kernels; src/assembly says what each does. Addresses are bytes in the shared memory. */
export interface ForestKernels {
  sortFloats(from: number, to: number, n: number, counts: number): void;
  binRows(
    ...args: [
      ...[values: number, n: number, features: number, cuts: number],
      ...[byRow: number, stride: number, byColumn: number, rows: number],
    ]
  ): void;
  sampleRows(seed: number, rows: number, draws: number, counts: number): void;
  beginTree(growth: number, seed: number): void;
  growTree(growth: number, budget: number): number;
  isDone(growth: number): number;
}
