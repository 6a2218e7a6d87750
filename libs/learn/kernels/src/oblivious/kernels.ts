import type { HistogramKernel } from '../boosting/kernels.js';

/** The unrolled histogram kernels take this many features per pass, or any lower multiple of 4. */
export const WIDEST_PASS = 48;

type Derive = (
  ...args: [
    ...[from: number, to: number, scores: number, labels: number, weights: number],
    ...[gradients: number, hessians: number],
  ]
) => number;

/** One with a parameter of the loss. */
type DeriveWith = (
  ...args: [
    ...[from: number, to: number, parameter: number, scores: number, labels: number, weights: number],
    ...[gradients: number, hessians: number],
  ]
) => number;

type Score = (
  ...args: [
    ...[histogram: number, from: number, to: number, bins: number, oneHot: number, totals: number],
    ...[lambda: number, sums: number, norms: number],
  ]
) => void;

type Draw = (from: number, to: number, weights: number, amount: number, seed: number, draws: number) => void;

/** What oblivious trees use of the kernels; src/assembly/oblivious says what each does. Addresses are bytes in the memory. */
export interface ObliviousKernels extends Record<`${'pair' | 'quad'}${number}`, HistogramKernel> {
  clear(at: number, bytes: number): void;
  sortFloats(from: number, to: number, n: number, counts: number): void;
  binPanel(
    ...args: [
      ...[values: number, n: number, features: number, apart: number, cuts: number],
      ...[byRow: number, stride: number, byColumn: number, rows: number],
    ]
  ): void;
  placeColumn(from: number, to: number, column: number, byRow: number, stride: number): void;
  partition(rows: number, n: number, column: number, goesLeft: number, spare: number): number;
  subtractCells(parent: number, child: number, bytes: number): void;
  collectRows(from: number, to: number, draws: number, out: number): number;
  totalCells(histogram: number, n: number, size: number, out: number): void;
  scorePairs(
    ...args: [
      ...[histogram: number, from: number, to: number, bins: number, oneHot: number, monotone: number],
      ...[totals: number, lambda: number, sums: number, norms: number],
    ]
  ): void;
  readonly scoreQuads: Score;
  scorePlanes(
    ...args: [
      ...[histogram: number, planes: number, plane: number, from: number, to: number, bins: number, oneHot: number],
      ...[totals: number, lambda: number, sums: number, norms: number, scratch: number],
    ]
  ): void;
  cosines(sums: number, norms: number, n: number): void;
  chooseSplit(
    ...args: [
      ...[from: number, to: number, bins: number, lowest: number, oneHot: number, sums: number],
      ...[noise: number, seed: number, quantiles: number, best: number],
    ]
  ): void;
  readonly drawBayesian: Draw;
  readonly drawBernoulli: Draw;
  drawMinimalVariance(
    ...args: [
      ...[from: number, to: number, weights: number, gradients: number, rows: number, outputs: number],
      ...[lambda: number, mu: number, seed: number, draws: number],
    ]
  ): void;
  spreadGradients(
    ...args: [
      ...[from: number, to: number, rows: number, outputs: number],
      ...[gradients: number, weights: number, draws: number, out: number],
    ]
  ): void;
  quantiseToPairs(
    ...args: [
      ...[from: number, to: number, gradients: number, weights: number, draws: number],
      ...[scaleG: number, scaleW: number, out: number],
    ]
  ): void;
  quantiseToQuads(
    ...args: [
      ...[from: number, to: number, rows: number, outputs: number, planes: number],
      ...[gradients: number, weights: number, draws: number, scaleG: number, scaleW: number, out: number],
    ]
  ): void;
  readonly deriveSquared: Derive;
  readonly deriveLogistic: Derive;
  readonly derivePoisson: Derive;
  readonly deriveQuantile: DeriveWith;
  readonly deriveHuber: DeriveWith;
  readonly deriveTweedie: DeriveWith;
  deriveSoftmax(
    ...args: [
      ...[from: number, to: number, rows: number, k: number, scores: number, labels: number, weights: number],
      ...[probabilities: number, gradients: number],
    ]
  ): number;
  markLeaves(
    ...args: [from: number, to: number, column: number, bin: number, oneHot: number, level: number, leaf: number]
  ): void;
  sumPairsByLeaf(from: number, to: number, a: number, b: number, leaf: number, sums: number): void;
  sumSoftmaxByLeaf(
    ...args: [
      ...[from: number, to: number, rows: number, k: number, weights: number, probabilities: number],
      ...[gradients: number, leaf: number, sums: number],
    ]
  ): void;
  addLeafValues(from: number, to: number, leaf: number, values: number, source: number, target: number): void;
}
