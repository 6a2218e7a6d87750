import { LearnError, type Matrix } from '@trainyard/data';
import { checkColumns, checkFiniteMatrix } from '../check-input.js';

/** Cluster centres and what is needed to measure distances to them. */
export interface Centroids {
  readonly names: readonly string[];
  /** `k x f`, in the units of the features. */
  readonly centres: Float64Array;
  /** Training weight of each cluster. */
  readonly weights: Float64Array;
  /** Column means of the training rows: distances are taken from rows less these, which keeps f32 precise. */
  readonly means: Float64Array;
}

/** Nearest centres of rows, decided in f64; a tie goes to the lower number. */
export class NearestCentroid {
  private readonly cols: number;
  private readonly k: number;
  private readonly centred: Float64Array;
  private readonly row: Float64Array;

  constructor(private readonly centroids: Centroids) {
    this.cols = centroids.names.length;
    this.k = centroids.weights.length;
    this.centred = centroids.centres.map((value, at) => value - centroids.means[at % this.cols]!);
    this.row = new Float64Array(this.cols);
  }

  /** Cluster numbers, and squared distances when `distances` (one entry a row) is given. Throws FEATURE_INVALID. */
  label(x: Matrix, distances?: Float64Array): Float64Array {
    checkColumns(x, this.cols);
    const { means } = this.centroids;
    const { row, cols } = this;
    const values = new Float64Array(x.rows);
    for (let i = 0, at = 0; i < x.rows; i++) {
      let check = 0;
      for (let j = 0; j < cols; j++, at++) {
        row[j] = Math.fround(x.data[at]! - means[j]!);
        check += row[j]! - row[j]!;
      }
      if (check !== 0) checkFiniteMatrix(x);
      values[i] = this.nearest();
      if (distances) distances[i] = this.distance(values[i]!);
    }
    return values;
  }

  private nearest(): number {
    let own = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let c = 0; c < this.k; c++) {
      const distance = this.distance(c);
      if (distance < least) {
        least = distance;
        own = c;
      }
    }
    return own;
  }

  /** Four sums side by side: each addition need not wait for the one before. */
  private distance(c: number): number {
    const { row, centred, cols } = this;
    const wide = cols & ~3;
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    let at = c * cols;
    for (let j = 0; j < wide; j += 4, at += 4) {
      const g0 = row[j]! - centred[at]!;
      const g1 = row[j + 1]! - centred[at + 1]!;
      const g2 = row[j + 2]! - centred[at + 2]!;
      const g3 = row[j + 3]! - centred[at + 3]!;
      s0 += g0 * g0;
      s1 += g1 * g1;
      s2 += g2 * g2;
      s3 += g3 * g3;
    }
    for (let j = wide; j < cols; j++, at++) s0 += (row[j]! - centred[at]!) ** 2;
    return s0 + s1 + (s2 + s3);
  }
}

/** The weighted mean squared distance of rows to their nearest centres. */
export function meanSquaredDistance(centroids: Centroids, x: Matrix, weight: Float64Array | undefined): number {
  const distances = new Float64Array(x.rows);
  new NearestCentroid(centroids).label(x, distances);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < x.rows; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    sum += w * distances[i]!;
    total += w;
  }
  return sum / total;
}

export function tooFewRows(found: number, wanted: number): LearnError {
  return new LearnError(
    'TOO_FEW_ROWS',
    `There ${found === 1 ? 'is 1 different row' : `are ${found} different rows`} for ${wanted} clusters: lower n_clusters, or give more rows.`,
    { field: 'params.n_clusters' },
  );
}
