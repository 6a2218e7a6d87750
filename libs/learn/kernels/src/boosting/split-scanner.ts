import type { SplitRules } from './command.js';
import type { BoostingKernels } from './kernels.js';
import { BEST_BYTES, type Layout, SCRATCH_BYTES } from './layout.js';
import { leafGain, limits, type Sums, type WeightBounds } from './leaf-weight.js';

/** A leaf whose best split is wanted. Sums and bounds are in the units of the histogram. */
export interface NodeScan extends Sums {
  /** Where the children's weights must lie; anywhere when left out. */
  readonly bounds?: WeightBounds;
  /** Only features with a 1 in the engine's mask of this leaf may be split on. */
  readonly masked?: boolean;
}

/** Runs of features that one scan kernel takes: all numeric and free, all numeric and monotone, or one categorical. */
type Kind = 'free' | 'monotone' | 'categorical';

/** Finds the best split of a leaf among the features [from, to) of one thread. */
export class SplitScanner {
  private readonly doubles: Float64Array;
  private readonly words: Int32Array;
  private readonly bytes: Int8Array;
  /** The features' bins with 0 for those that a mask leaves out. */
  private readonly maskedBins: number;
  private readonly scratch: number;

  constructor(
    private readonly kernels: BoostingKernels,
    private readonly layout: Layout,
    memory: WebAssembly.Memory,
    private readonly thread: number,
    private readonly from: number,
    private readonly to: number,
  ) {
    this.doubles = new Float64Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    this.bytes = new Int8Array(memory.buffer);
    this.scratch = layout.scratch + thread * SCRATCH_BYTES;
    this.maskedBins = layout.maskedBins;
  }

  /** Leaves the best split at this thread's record of `place`, 0 or 1: a leaf of `rows` rows with its histogram in `slot`. */
  scan(slot: number, place: number, node: NodeScan, rows: number, rules: SplitRules): void {
    const { best, shape } = this.layout;
    const at = best + (this.thread * 2 + place) * BEST_BYTES;
    const { lower, upper } = limits(node.bounds, rules.maxDeltaStep);
    const limited = lower > Number.NEGATIVE_INFINITY || upper < Number.POSITIVE_INFINITY;
    this.doubles[at >>> 3] = leafGain(node, rules, node.bounds) + rules.minGain;
    this.words[(at + 8) >>> 2] = -1;
    const rowsPerHessian = rows / node.hessian;
    // A child's rows are estimated from its hessian, as LightGBM does: the histogram holds no counts.
    const least = Math.max(rules.minHessian, (rules.minRows - 0.5) / rowsPerHessian, shape.exact ? 1e-15 : 0.5);
    if (!(node.hessian >= 2 * least)) return;
    const bins = node.masked ? this.mask(place) : this.layout.bins;
    for (let f = this.from; f < this.to; ) {
      const kind = this.kindOf(f, limited);
      let end = f + 1;
      if (kind !== 'categorical') while (end < this.to && this.kindOf(end, limited) === kind) end++;
      this.scanRun(kind, f, end, bins, slot, node, { rules, least, rowsPerHessian, lower, upper, at });
      f = end;
    }
  }

  private kindOf(feature: number, limited: boolean): Kind {
    const { shape, monotone } = this.layout;
    if (shape.categorical[feature]) return 'categorical';
    return limited || this.bytes[monotone + feature] !== 0 ? 'monotone' : 'free';
  }

  private scanRun(
    kind: Kind,
    ...[from, to, bins, slot, { gradient: g, hessian: h }, limit]: [
      ...[from: number, to: number, bins: number, slot: number, node: NodeScan],
      limit: {
        readonly rules: SplitRules;
        readonly least: number;
        readonly rowsPerHessian: number;
        readonly lower: number;
        readonly upper: number;
        readonly at: number;
      },
    ]
  ): void {
    const { layout, kernels, scratch } = this;
    const { cellBytes, histograms, histogramBytes, monotone } = layout;
    const exact = layout.shape.exact ? 1 : 0;
    const histogram = histograms + slot * histogramBytes + from * 256 * cellBytes;
    const { rules, least, rowsPerHessian, lower, upper, at } = limit;
    const { lambda, alpha, catSmooth, catSmoothRows, catLambda, maxCatThreshold, maxCatToOnehot } = rules;
    if (kind === 'free') {
      const scan = exact ? kernels.scanExact : kernels.scanPacked;
      scan(histogram, from, to, bins, g, h, lambda, alpha, least, at);
    } else if (kind === 'monotone') {
      kernels.scanConstrained(
        ...([histogram, exact, from, to, bins, monotone, g, h, lambda, alpha, least, lower, upper, at] as const),
      );
    } else {
      const n = this.words[(bins >>> 2) + from]!;
      if (n === 0) return;
      kernels.scanCategorical(
        ...([histogram, exact, from, n, g, h, lambda, alpha, least, lower, upper] as const),
        ...([rowsPerHessian, catSmooth, catSmoothRows, catLambda] as const),
        ...([maxCatThreshold, maxCatToOnehot, rules.minDataPerGroup, scratch, at] as const),
      );
    }
  }

  /** This thread's part of the bins, without the features that the mask of `place` leaves out. Returns its address. */
  private mask(place: number): number {
    const { masks, bins, shape } = this.layout;
    const mask = masks + place * shape.features;
    for (let f = this.from; f < this.to; f++) {
      this.words[(this.maskedBins >>> 2) + f] = this.bytes[mask + f] === 0 ? 0 : this.words[(bins >>> 2) + f]!;
    }
    return this.maskedBins;
  }
}
