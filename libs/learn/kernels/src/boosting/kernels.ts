/** The unrolled histogram kernels take this many features per pass, or any lower multiple of 4. */
export const WIDEST_PASS = 48;
type HistogramKernels = Record<`${'packed' | 'shared' | 'wide' | 'exact'}${number}`, HistogramKernel>;

/** Adds the gradient pairs of `n` rows into the histograms of the kernel's width. Addresses are bytes. */
export type HistogramKernel = (
  rows: number,
  n: number,
  pairs: number,
  bins: number,
  stride: number,
  out: number,
) => number;

/** Weighted sum of the losses of the rows [from, to); the loss's own parameters come last. */
export type LossKernel = (
  ...args: [from: number, to: number, scores: number, labels: number, weights: number, ...parameters: number[]]
) => number;
/** Writes the gradient pairs of the rows [from, to); the loss's own parameters and the address of the pairs come last. */
export type GradientKernel = (
  ...args: [from: number, to: number, scores: number, labels: number, weights: number, ...rest: number[]]
) => void;

/** The same for u16 bins of `features` features with `cells` cells each. */
type WideHistogramKernel = (...args: [...Parameters<HistogramKernel>, features: number, cells: number]) => void;

/** Recovers histograms of bundled features. */
type Recover = (
  ...args: [
    ...[histogram: number, from: number, to: number, bins: number, places: number, width: number],
    ...[g: number, h: number, out: number],
  ]
) => void;

type Scan = (
  ...args: [
    histogram: number,
    from: number,
    to: number,
    bins: number,
    cells: number,
    g: number,
    h: number,
    lambda: number,
    alpha: number,
    least: number,
    best: number,
  ]
) => void;

/** What boosting uses of the kernels; src/assembly/boosting says what each does. Addresses are bytes in the shared memory. */
export interface BoostingKernels extends HistogramKernels {
  flushPacked(accumulator: number, histogram: number, cells: number, first: number): void;
  flushShared(accumulator: number, histogram: number, cells: number, first: number): void;
  mergePacked(partials: number, stride: number, threads: number, out: number, bytes: number): void;
  subtractPacked(parent: number, child: number, bytes: number): void;
  subtractExact(parent: number, child: number, bytes: number): void;
  clear(at: number, bytes: number): void;
  readonly recoverPacked: Recover;
  readonly recoverExact: Recover;
  bundleRows(
    ...args: [
      ...[byRow: number, apart: number, first: number, n: number, features: number, panel: number],
      ...[columns: number, narrower: number, places: number, spare: number],
    ]
  ): void;
  readonly scanPacked: Scan;
  readonly scanExact: Scan;
  scanConstrained(
    ...args: [
      ...[histogram: number, exact: number, from: number, to: number, bins: number, cells: number, monotone: number],
      ...[g: number, h: number, lambda: number, alpha: number, least: number, lower: number, upper: number],
      best: number,
    ]
  ): void;
  scanCategorical(
    ...args: [
      ...[histogram: number, exact: number, feature: number, bins: number],
      ...[g: number, h: number, lambda: number, alpha: number, least: number, lower: number, upper: number],
      ...[rowsPerHessian: number, smooth: number, smoothRows: number, extraLambda: number],
      ...[maxSet: number, maxOneHot: number, groupRows: number, scratch: number, best: number],
    ]
  ): void;
  readonly addPacked16: WideHistogramKernel;
  readonly addExact16: WideHistogramKernel;
  partition16(rows: number, n: number, column: number, step: number, goesLeft: number, spare: number): number;
  binPanel16(
    ...args: [
      ...[values: number, n: number, features: number, apart: number, cuts: number, cells: number],
      ...[byRow: number, stride: number, byColumn: number, rows: number],
    ]
  ): void;
  partitionStrided(
    ...args: [rows: number, n: number, column: number, step: number, goesLeft: number, spare: number]
  ): number;
  sumPairs(rows: number, n: number, pairs: number, out: number): void;
  sumPacked(rows: number, n: number, packed: number, out: number): void;
  addToRows(rows: number, n: number, scores: number, value: number): void;
  lossLogistic(from: number, to: number, scores: number, labels: number, weights: number, norms: number): number;
  lossSoftmax(
    ...args: [
      from: number,
      to: number,
      rows: number,
      k: number,
      scores: number,
      labels: number,
      weights: number,
      norms: number,
    ]
  ): number;
  readonly lossSquared: LossKernel;
  readonly lossQuantile: LossKernel;
  readonly lossHuber: LossKernel;
  readonly lossPseudoHuber: LossKernel;
  readonly lossPoisson: LossKernel;
  readonly lossGamma: LossKernel;
  readonly lossTweedie: LossKernel;
  gradientLog(
    ...args: [
      ...[from: number, to: number, scores: number, labels: number, weights: number],
      ...[norms: number, own: number, factor: number, pairs: number],
    ]
  ): void;
  readonly gradientSquared: GradientKernel;
  readonly gradientQuantile: GradientKernel;
  readonly gradientHuber: GradientKernel;
  readonly gradientPseudoHuber: GradientKernel;
  readonly gradientPoisson: GradientKernel;
  readonly gradientGamma: GradientKernel;
  readonly gradientTweedie: GradientKernel;
  spread(from: number, to: number, pairs: number, out: number): void;
  quantise(
    ...args: [
      ...[from: number, to: number, pairs: number, scaleG: number, scaleH: number, seed: number],
      ...[packed: number, shared: number],
    ]
  ): void;
  sortFloats(from: number, to: number, n: number, counts: number): void;
  binPanel(
    ...args: [
      ...[values: number, n: number, features: number, apart: number, cuts: number],
      ...[byRow: number, stride: number, byColumn: number, rows: number],
    ]
  ): void;
}
