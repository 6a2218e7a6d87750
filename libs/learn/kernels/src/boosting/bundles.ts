/** Most values of a byte column besides 0. */
const MOST_VALUES = 255;
/** Features with more bins stay alone: they gain little, and their histograms cost most to recover. */
const MOST_BINS = 64;
/** Share of rows in its most frequent bin that a feature needs. */
const LEAST_DEFAULT = 0.8;
const SAMPLE_ROWS = 1024;
/** Bundles, the latest first, that a feature is tried with: this bounds the time. */
const MOST_TRIES = 16;
/** Bundling must leave at most this share of the byte columns. */
const MOST_COLUMNS = 0.75;

/** Binned data, bins of one byte. */
export interface BinnedRows {
  readonly rows: number;
  readonly bytes: Uint8Array;
  /** Where a feature's bin of row 0 is, and how far on that of the next row. */
  readonly at: (feature: number) => readonly [start: number, step: number];
  /** Bins of each feature, the missing bin included. */
  readonly bins: ArrayLike<number>;
  readonly categorical: readonly boolean[];
}

/** Which features share a byte column of bins; see assembly/boosting/bundles.ts. */
export interface Bundles {
  readonly columns: number;
  /** Of each feature: its column, its offset (0: the column is its own), its default bin, unused. */
  readonly places: Int32Array;
}

interface Member {
  readonly feature: number;
  /** Its default bin. */
  readonly usual: number;
}

/** Features that are never off their default bins in the same row. */
interface Bundle {
  readonly members: Member[];
  values: number;
  /** One bit a row: whether a member is off its default. */
  taken: Int32Array;
}

/**
 * Finds exclusive features (Ke et al., "LightGBM", 2017, with no conflict allowed): numeric ones without missing values, with one
 * bin in 80 % or more of the rows. Greedy and deterministic: each feature in turn joins the latest bundle that has room and no
 * conflict in any row. Undefined when too few columns would be saved. Calls `breathe` between features.
 */
export async function findBundles(data: BinnedRows, breathe: () => Promise<void>): Promise<Bundles | undefined> {
  const { rows, bins } = data;
  const bundles: Bundle[] = [];
  const own = new Int32Array((rows + 31) >>> 5);
  for (let feature = 0; feature < bins.length; feature++) {
    const usual = defaultBin(data, feature);
    if (usual === 0 || !markOthers(data, feature, usual, own)) continue;
    const values = bins[feature]! - 2;
    const bundle = bundleFor(bundles, values, own);
    if (bundle) join(bundle, { feature, usual }, values, own);
    else open(bundles, { members: [{ feature, usual }], values, taken: own.slice() });
    await breathe();
  }
  return place(bundles, bins);
}

/** The feature's most frequent bin in a sample of the rows, 0 when the feature cannot be bundled. */
function defaultBin({ rows, bytes, at, bins, categorical }: BinnedRows, feature: number): number {
  const n = bins[feature]!;
  if (categorical[feature] || n < 3 || n > MOST_BINS) return 0;
  const [start, step] = at(feature);
  const size = Math.min(rows, SAMPLE_ROWS);
  const counts = new Int32Array(256);
  for (let i = 0; i < size; i++) counts[bytes[start + Math.floor((i * rows) / size) * step]!]!++;
  const most = counts.reduce((best, count, bin) => (count > counts[best]! ? bin : best), 0);
  return counts[most]! >= LEAST_DEFAULT * size ? most : 0;
}

/** Sets the bits of the rows where a feature is off its default. False when a row is missing. */
function markOthers({ rows, bytes, at }: BinnedRows, feature: number, usual: number, out: Int32Array): boolean {
  const [start, step] = at(feature);
  out.fill(0);
  for (let r = 0, p = start; r < rows; r++, p += step) {
    const bin = bytes[p]!;
    if (bin === usual) continue;
    if (bin === 0) return false;
    out[r >>> 5]! |= 1 << (r & 31);
  }
  return true;
}

function bundleFor(bundles: readonly Bundle[], values: number, own: Int32Array): Bundle | undefined {
  for (let i = bundles.length - 1; i >= Math.max(0, bundles.length - MOST_TRIES); i--) {
    const bundle = bundles[i]!;
    if (bundle.values + values <= MOST_VALUES && areExclusive(bundle.taken, own)) return bundle;
  }
  return undefined;
}

/** Adds a bundle; one that is too far back to be tried again gives up its bits. */
function open(bundles: Bundle[], bundle: Bundle): void {
  bundles.push(bundle);
  const closed = bundles.at(-1 - MOST_TRIES);
  if (closed) closed.taken = new Int32Array(0);
}

function join(bundle: Bundle, member: Member, values: number, own: Int32Array): void {
  const { taken } = bundle;
  for (let i = 0; i < taken.length; i++) taken[i]! |= own[i]!;
  bundle.members.push(member);
  bundle.values += values;
}

function areExclusive(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i]! & b[i]!) !== 0) return false;
  return true;
}

/** Columns in the order of their first features: features that stay alone keep their order. */
function place(bundles: readonly Bundle[], bins: ArrayLike<number>): Bundles | undefined {
  const features = bins.length;
  const shared = bundles.filter(({ members }) => members.length > 1);
  const bundleOf = new Map(shared.flatMap((bundle) => bundle.members.map(({ feature }) => [feature, bundle] as const)));
  const columns = features - bundleOf.size + shared.length;
  if (columns > MOST_COLUMNS * features) return undefined;
  const places = new Int32Array(features * 4);
  let column = 0;
  for (let feature = 0; feature < features; feature++) {
    const bundle = bundleOf.get(feature);
    if (!bundle) places[feature * 4] = column++;
    else if (bundle.members[0]!.feature === feature) {
      let offset = 1;
      for (const member of bundle.members) {
        places.set([column, offset, member.usual], member.feature * 4);
        offset += bins[member.feature]! - 2;
      }
      column++;
    }
  }
  return { columns, places };
}
