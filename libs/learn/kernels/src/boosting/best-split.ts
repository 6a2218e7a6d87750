import { BEST_BYTES, type Layout } from './layout.js';

/** The best split of a leaf, in the units of the histogram. */
export interface BestSplit {
  readonly gain: number;
  readonly feature: number;
  /** Numeric: bins up to this one go left. */
  readonly bin: number;
  /** Numeric: where missing values go; 'none' when the leaf has none. */
  readonly missing: 'left' | 'right' | 'none';
  /** Categorical: the 256-bit set of bins that go left, and whether it is one category against the rest. */
  readonly set?: Uint8Array;
  readonly oneHot?: boolean;
  readonly gradient: number;
  readonly hessian: number;
}

const MISSING = ['right', 'left', 'none'] as const;

/** The records of the best splits; assembly/boosting/split.ts describes one. */
export class BestSplits {
  private readonly records: DataView;

  constructor(
    private readonly buffer: ArrayBufferLike,
    private readonly layout: Pick<Layout, 'best' | 'shape'>,
  ) {
    this.records = new DataView(buffer, layout.best, layout.shape.threads * 2 * BEST_BYTES);
  }

  /** The best of what the threads found for the leaf scanned at a place. */
  read(place: number): BestSplit | undefined {
    const { records } = this;
    let at = -1;
    for (let t = 0; t < this.layout.shape.threads; t++) {
      const candidate = (t * 2 + place) * BEST_BYTES;
      if (this.feature(candidate) >= 0 && (at < 0 || this.beats(candidate, at))) at = candidate;
    }
    if (at < 0) return undefined;
    const kind = records.getInt32(at + 20, true);
    const split = {
      gain: this.gain(at),
      feature: this.feature(at),
      bin: records.getInt32(at + 12, true),
      missing: MISSING[records.getInt32(at + 16, true)]!,
      gradient: records.getFloat64(at + 24, true),
      hessian: records.getFloat64(at + 32, true),
    };
    if (kind === 0) return split;
    return { ...split, set: new Uint8Array(this.buffer, this.layout.best + at + 40, 32).slice(), oneHot: kind === 1 };
  }

  /** An equal gain goes to the lower feature, as on one thread. */
  private beats(a: number, b: number): boolean {
    const [gain, other] = [this.gain(a), this.gain(b)];
    return gain > other || (gain === other && this.feature(a) < this.feature(b));
  }

  private gain(at: number): number {
    return this.records.getFloat64(at, true);
  }

  private feature(at: number): number {
    return this.records.getInt32(at + 8, true);
  }
}
