/** What forests use of the kernels; src/assembly says what each does. Addresses are bytes in the shared memory. */
export interface ForestKernels {
  sortFloats(from: number, to: number, n: number, counts: number): void;
  divideBins(
    ...args: [
      ...[sorted: number, n: number, cuts: number, found: number, partBits: number],
      ...[lows: number, highs: number],
    ]
  ): void;
  middleValues(lows: number, highs: number, n: number, middles: number): void;
  codeRows(
    ...args: [
      ...[values: number, n: number, features: number, cuts: number, highs: number, partBits: number],
      ...[byRow: number, byColumn: number, rows: number],
    ]
  ): void;
  sampleRows(seed: number, rows: number, draws: number, counts: number): void;
  beginTree(growth: number, seed: number): void;
  growTree(growth: number, budget: number): number;
  isDone(growth: number): number;
}
