import { CONTROL_BYTES } from '../team/rendezvous.js';

/** What a k-means engine must hold. */
export interface KMeansShape {
  readonly rows: number;
  readonly features: number;
  readonly clusters: number;
  readonly threads: number;
}

/** Rows whose distances are summed together: sums must not depend on the number of threads. */
export const SEED_ROWS = 4096;
/** Candidates that a seeding step looks at. */
export const CANDIDATES = 4;
export const COMMAND_WORDS = 32;
/** Groups of centres that have a bound of their own; up to so many centres, each is a group. */
const MOST_GROUPS = 32;
const MOST_BYTES = 2 ** 32 - 2 ** 16;
const FIRST_ADDRESS = 1 << 16;

const roundUp = (n: number, multiple: number) => Math.ceil(n / multiple) * multiple;

/** Where everything lies: byte addresses in one memory shared by all threads. */
export interface KMeansLayout {
  readonly shape: KMeansShape;
  /** Numbers from one row to the next: the features rounded up to a multiple of 8, padded with 0. */
  readonly stride: number;
  /** Centres rounded up to a whole number of groups. */
  readonly centreSlots: number;
  readonly groups: number;
  readonly control: number;
  readonly command: number;
  readonly rows: number;
  readonly quantised: number;
  readonly scales: number;
  readonly norms: number;
  readonly errors: number;
  readonly weights: number;
  readonly labels: number;
  readonly before: number;
  readonly upper: number;
  readonly lower: number;
  readonly list: number;
  /** Of each thread: how many rows it scanned, and how many changed. */
  readonly counts: number;
  /** f64 centres, their f32 and 16-bit forms, and what `scanRows` wants of them. */
  readonly centres: number;
  readonly narrow: number;
  readonly centreQuantised: number;
  readonly packed: number;
  readonly centreScales: number;
  readonly centreNorms: number;
  readonly centreErrors: number;
  readonly centreSquares: number;
  readonly moved: number;
  readonly drift: number;
  readonly scores: number;
  /** Each thread's own share of the sums (`clusters x stride` f64) and weights of the clusters. */
  readonly sums: number;
  readonly sumBytes: number;
  readonly partials: number;
  readonly closest: number;
  readonly distances: number;
  readonly bytes: number;
}

/** Lays out the memory. Throws RangeError when the shape needs more than 4 GB. */
export function layOutKMeans(shape: KMeansShape): KMeansLayout {
  const { rows, features, clusters, threads } = shape;
  let top = FIRST_ADDRESS;
  const take = (bytes: number): number => {
    const at = top;
    top += roundUp(bytes, 1024);
    return at;
  };
  const stride = roundUp(features, 8);
  const slots = clusters <= MOST_GROUPS ? roundUp(clusters, 4) : roundUp(clusters, MOST_GROUPS);
  const groups = Math.min(slots, MOST_GROUPS);
  const sumBytes = roundUp(clusters * (stride + 1) * 8, 64);
  const layout = {
    ...{ shape, stride, centreSlots: slots, groups, sumBytes },
    control: take(CONTROL_BYTES),
    command: take(COMMAND_WORDS * 8),
    rows: take(rows * stride * 4),
    quantised: take(rows * stride * 2),
    scales: take(rows * 4),
    norms: take(rows * 4),
    errors: take(rows * 4),
    weights: take(rows * 8),
    labels: take(rows * 4),
    before: take(rows * 4),
    upper: take(rows * 4),
    lower: take(rows * groups * 4),
    list: take(rows * 4),
    counts: take(threads * 8),
    centres: take(slots * stride * 8),
    narrow: take(slots * stride * 4),
    centreQuantised: take(slots * stride * 2),
    packed: take(slots * stride * 2),
    centreScales: take(slots * 4),
    centreNorms: take(slots * 4),
    centreErrors: take(slots * 4),
    centreSquares: take(slots * 4),
    moved: take(slots * 4),
    drift: take(groups * 4),
    scores: take(threads * slots * 8),
    sums: take(threads * sumBytes),
    partials: take(Math.ceil(rows / SEED_ROWS) * CANDIDATES * 8),
    closest: take(rows * 4),
    distances: take(rows * CANDIDATES * 4),
  };
  if (!(top <= MOST_BYTES)) {
    throw new RangeError(
      `${rows} rows x ${features} features in ${clusters} clusters need ${(top / 1e9).toFixed(1)} GB, and 4.2 GB is the most`,
    );
  }
  return { ...layout, bytes: top };
}
