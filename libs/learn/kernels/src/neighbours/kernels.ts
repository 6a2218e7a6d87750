/** Metrics, in the numbers of src/assembly/neighbours/scan.ts. */
export const METRIC = { euclidean: 0, manhattan: 1, chebyshev: 2, minkowski: 3, cosine: 4 } as const;

/** What nearest neighbours use of the kernels; src/assembly/neighbours says what each does. Addresses are bytes in the memory. */
export interface NeighbourKernels {
  offerNeighbour(distances: number, rows: number, size: number, k: number, distance: number, row: number): number;
  sortNearest(distances: number, rows: number, size: number): void;
  scanNeighbours(
    ...args: [
      ...[query: number, x: number, cols: number, list: number, from: number, to: number],
      ...[metric: number, power: number, distances: number, rows: number, size: number, k: number],
    ]
  ): number;
  searchTree(
    ...args: [
      ...[query: number, x: number, cols: number, order: number, nodes: number, boxes: number, stack: number],
      ...[metric: number, power: number, distances: number, rows: number, k: number],
    ]
  ): number;
  roundRows(
    ...args: [
      ...[x: number, n: number, cols: number, centre: number, scale: number, normalise: number],
      ...[longest: number, width: number, out: number, norms: number],
    ]
  ): number;
  pruneCandidates(at: number, count: number, k: number, norm: number, slack: number, threshold: number): number;
  collectCandidates(
    ...args: [
      ...[quad: number, quads: number, cols: number, panels: number, norms: number, count: number],
      ...[states: number, k: number],
    ]
  ): void;
}
