/** What prediction uses of the kernels; src/assembly/prediction says what each does. Addresses are bytes in the memory. */
export interface PredictionKernels {
  gatherRows(rows: number, stride: number, last: number, columns: number, slots: number, block: number): void;
  gatherRow(row: number, columns: number, slots: number, block: number): void;
  binSlot(slot: number, table: number, codes: number): void;
  walkBlocks(trees: number, count: number, block: number, groups: number, blockBytes: number, leaves: number): void;
  walkOne(trees: number, count: number, block: number, mixed: number, leaves: number): void;
  addLeaves(
    ...args: [
      ...[trees: number, count: number, leaves: number, rows: number, rowsWalked: number],
      ...[scores: number, scoreBytes: number],
    ]
  ): void;
  addLeafVectors(
    ...args: [
      ...[count: number, leaves: number, rows: number, rowsWalked: number],
      ...[vectors: number, width: number, scores: number],
    ]
  ): void;
}
