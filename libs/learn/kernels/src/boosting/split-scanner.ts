import type { BundledRun } from './bundled-runs.js';
import type { SplitRules } from './command.js';
import type { BoostingKernels } from './kernels.js';
import { BEST_BYTES, type Layout, SCRATCH_BYTES } from './layout.js';
import { leafGain, limits, type Sums, type WeightBounds } from './leaf-weight.js';

/** A leaf whose best split is wanted. Sums and bounds are in the units of the histogram. */
export interface NodeScan extends Sums {
  /** Where the children's weights must lie; anywhere when left out. */
  readonly bounds?: WeightBounds | undefined;
  /** Only features with a 1 in the engine's mask of this leaf may be split on. */
  readonly masked?: boolean;
}

/** Features [from, to) that one scan kernel takes: numeric ones alike in whether they are monotone, or one categorical. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly kind: 'free' | 'monotone' | 'categorical';
}

/** A scan under way. */
class Scan {
  node: NodeScan = { gradient: 0, hessian: 0 };
  rules!: SplitRules;
  /** Address of the bins of the features, 0 for those that a mask leaves out. */
  bins = 0;
  least = 0;
  rowsPerHessian = 0;
  lower = 0;
  upper = 0;
  /** No split of the leaf can leave both children large enough. */
  hopeless = false;

  /** `best` is the address of this thread's record. */
  constructor(readonly best: number) {}
}

/** Finds the best splits of one thread's features. Two leaves can be scanned side by side: places 0 and 1. */
export class SplitScanner {
  private readonly doubles: Float64Array;
  private readonly words: Int32Array;
  private readonly bytes: Int8Array;
  private readonly scratch: number;
  private readonly scans: readonly Scan[];

  constructor(
    private readonly kernels: BoostingKernels,
    private readonly layout: Layout,
    memory: WebAssembly.Memory,
    thread: number,
    private readonly from: number,
    private readonly to: number,
    /** The features when some are bundled, ascending. */
    private readonly runs: readonly BundledRun[] = [],
  ) {
    this.doubles = new Float64Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    this.bytes = new Int8Array(memory.buffer);
    this.scratch = layout.scratch + thread * SCRATCH_BYTES;
    this.scans = [0, 1].map((place) => new Scan(layout.best + (thread * 2 + place) * BEST_BYTES));
  }

  /** Begins the scan of a leaf of `rows` rows at a place: no split found yet. */
  begin(place: number, node: NodeScan, rows: number, rules: SplitRules): void {
    const { shape, bins } = this.layout;
    const scan = this.scans[place]!;
    this.doubles[scan.best >>> 3] = leafGain(node, rules, node.bounds) + rules.minGain;
    this.words[(scan.best + 8) >>> 2] = -1;
    const { lower, upper } = limits(node.bounds, rules.maxDeltaStep);
    const rowsPerHessian = rows / node.hessian;
    // A child's rows are estimated from its hessian, as LightGBM does: the histogram holds no counts.
    const least = Math.max(rules.minHessian, (rules.minRows - 0.5) / rowsPerHessian, shape.exact ? 1e-15 : 0.5);
    const hopeless = !(node.hessian >= 2 * least);
    scan.node = node;
    scan.rules = rules;
    scan.lower = lower;
    scan.upper = upper;
    scan.rowsPerHessian = rowsPerHessian;
    scan.least = least;
    scan.hopeless = hopeless;
    scan.bins = node.masked && !hopeless ? this.mask(place) : bins;
  }

  /** Scans the features [from, to) of the leaf whose scan began at a place; `histogram` is the address of the first one's. */
  scan(place: number, histogram: number, from: number, to: number, cells = this.layout.cells): void {
    const scan = this.scans[place]!;
    if (scan.hopeless) return;
    const limited = scan.lower > Number.NEGATIVE_INFINITY || scan.upper < Number.POSITIVE_INFINITY;
    const end = Math.min(to, this.to);
    for (let f = from; f < end; ) {
      const kind = this.kindOf(f, limited);
      let last = f + 1;
      if (kind !== 'categorical') while (last < end && this.kindOf(last, limited) === kind) last++;
      this.scanRun(scan, { from: f, to: last, kind }, histogram + (f - from) * cells * this.layout.cellBytes, cells);
      f = last;
    }
  }

  /**
   * Scans all of this thread's features when some are bundled: in ascending order, so that an equal gain goes to the lower one, as
   * without bundles. `histogram` is the address of column 0's.
   */
  scanBundled(place: number, histogram: number): void {
    const { layout, kernels, scratch } = this;
    const { cells, cellBytes, bundles, shape } = layout;
    const { hopeless, bins, node } = this.scans[place]!;
    if (hopeless) return;
    const recover = shape.exact ? kernels.recoverExact : kernels.recoverPacked;
    for (const { from, to, column, width } of this.runs) {
      if (width === 0) this.scan(place, histogram + column * cells * cellBytes, from, to);
      else {
        recover(histogram, from, to, bins, bundles, width, node.gradient, node.hessian, scratch);
        this.scan(place, scratch, from, to, width);
      }
    }
  }

  private kindOf(feature: number, limited: boolean): Run['kind'] {
    const { shape, monotone } = this.layout;
    if (shape.categorical[feature]) return 'categorical';
    return limited || this.bytes[monotone + feature] !== 0 ? 'monotone' : 'free';
  }

  private scanRun(scan: Scan, { from, to, kind }: Run, histogram: number, cells: number): void {
    const { layout, kernels, scratch } = this;
    const { bins, rules, least, rowsPerHessian, lower, upper, best } = scan;
    const { gradient: g, hessian: h } = scan.node;
    const { lambda, alpha } = rules;
    const exact = layout.shape.exact ? 1 : 0;
    if (kind === 'free') {
      const kernel = exact ? kernels.scanExact : kernels.scanPacked;
      kernel(histogram, from, to, bins, cells, g, h, lambda, alpha, least, best);
    } else if (kind === 'monotone') {
      kernels.scanConstrained(
        ...([histogram, exact, from, to, bins, cells, layout.monotone, g, h] as const),
        ...([lambda, alpha, least, lower, upper, best] as const),
      );
    } else {
      const n = this.words[(bins >>> 2) + from]!;
      if (n === 0) return;
      const { catSmooth, catSmoothRows, catLambda, maxCatThreshold, maxCatToOnehot, minDataPerGroup } = rules;
      kernels.scanCategorical(
        ...([histogram, exact, from, n, g, h, lambda, alpha, least, lower, upper] as const),
        ...([rowsPerHessian, catSmooth, catSmoothRows, catLambda] as const),
        ...([maxCatThreshold, maxCatToOnehot, minDataPerGroup, scratch, best] as const),
      );
    }
  }

  /** This thread's part of the bins, without the features that the mask of a place leaves out. Returns its address. */
  private mask(place: number): number {
    const { masks, maskedBins, bins, shape, stride } = this.layout;
    const masked = maskedBins + place * stride * 4;
    for (let f = this.from; f < this.to; f++) {
      const isIn = this.bytes[masks + place * shape.features + f] !== 0;
      this.words[(masked >>> 2) + f] = isIn ? this.words[(bins >>> 2) + f]! : 0;
    }
    return masked;
  }
}
