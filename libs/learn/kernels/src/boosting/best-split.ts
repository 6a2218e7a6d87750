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

/** The best of what the threads found for the leaf scanned at a place; assembly/boosting/split.ts describes the records. */
export function readBest(
  buffer: ArrayBufferLike,
  { best, shape }: Pick<Layout, 'best' | 'shape'>,
  place: number,
): BestSplit | undefined {
  const records = new DataView(buffer, best, shape.threads * 2 * BEST_BYTES);
  const gain = (at: number): number => records.getFloat64(at, true);
  const feature = (at: number): number => records.getInt32(at + 8, true);
  // An equal gain goes to the lower feature, as on one thread.
  const beats = (a: number, b: number): boolean =>
    gain(a) > gain(b) || (gain(a) === gain(b) && feature(a) < feature(b));
  let at = -1;
  for (let t = 0; t < shape.threads; t++) {
    const candidate = (t * 2 + place) * BEST_BYTES;
    if (feature(candidate) >= 0 && (at < 0 || beats(candidate, at))) at = candidate;
  }
  if (at < 0) return undefined;
  const kind = records.getInt32(at + 20, true);
  return {
    gain: gain(at),
    feature: feature(at),
    bin: records.getInt32(at + 12, true),
    missing: MISSING[records.getInt32(at + 16, true)]!,
    ...(kind > 0 ? { set: new Uint8Array(buffer, best + at + 40, 32).slice(), oneHot: kind === 1 } : {}),
    gradient: records.getFloat64(at + 24, true),
    hessian: records.getFloat64(at + 32, true),
  };
}
