/** What clustering uses of the kernels; src/assembly/cluster says what each does. Addresses are bytes in the shared memory. */
export interface ClusterKernels {
  quantiseRows(
    ...args: [
      ...[from: number, to: number, x: number, stride: number],
      ...[q: number, scales: number, norms: number, errors: number],
    ]
  ): void;
  packCentres(q: number, stride: number, k: number, packed: number): void;
  moveBounds(
    ...args: [
      ...[from: number, to: number, labels: number, upper: number, lower: number],
      ...[groups: number, moved: number, drift: number, list: number],
    ]
  ): number;
  listRows(from: number, to: number, list: number): void;
  scanRows(
    ...args: [
      ...[list: number, n: number, x: number, q: number, stride: number],
      ...[rowScales: number, norms: number, errors: number],
      ...[k: number, centres: number, packed: number, scales: number, squares: number, worst: number, longest: number],
      ...[groups: number, scores: number, labels: number, before: number, upper: number, lower: number],
    ]
  ): number;
  moveRows(
    ...args: [
      ...[list: number, n: number, x: number, stride: number, before: number, labels: number],
      ...[weights: number, magic: number, sums: number, totals: number],
    ]
  ): void;
  ownDistances(
    ...args: [
      ...[from: number, to: number, x: number, stride: number],
      ...[labels: number, centres: number, weights: number, distances: number],
    ]
  ): number;
  seedDistances(
    ...args: [
      ...[from: number, to: number, rows: number, x: number, stride: number],
      ...[first: number, second: number, third: number, fourth: number],
      ...[weights: number, closest: number, distances: number, potentials: number],
    ]
  ): void;
}
