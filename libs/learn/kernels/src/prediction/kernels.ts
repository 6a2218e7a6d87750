/** What prediction uses of the kernels; src/assembly/prediction says what each does. Addresses are bytes in the memory. */
export interface PredictionKernels {
  gatherRow(row: number, columns: number, slots: number, block: number): void;
  binSlot(slot: number, table: number, codes: number): void;
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
  sweepBlock(job: number, block: number, scratch: number): void;
  walkBlock(job: number, block: number, scratch: number): void;
}
