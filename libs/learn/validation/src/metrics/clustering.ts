import { createRandom, type Matrix } from '@trainyard/data';
import { agreementMetrics } from './agreement.js';

/** Most rows, and most work (rows^2 x columns / 2), that a silhouette is taken of; beyond, of a sample. */
const MOST_SILHOUETTE_ROWS = 5000;
const MOST_SILHOUETTE_WORK = 4e8;

/** What a clustering is scored on: the rows as the model saw them, its answers (-1: noise), and the true classes when known. */
export interface ClusteredRows {
  readonly x: Matrix;
  readonly values: Float64Array;
  /** Class indices or values, one entry a row; NaN where unknown. Never shown to the model. */
  readonly truth?: Float64Array;
}

export interface ClusterScores {
  readonly metrics: Record<string, number>;
  /** Sentences on how they were taken. */
  readonly notes: readonly string[];
}

/** The rows that belong to a cluster, and their clusters counted from 0 without gaps. */
interface Members {
  readonly rows: Uint32Array;
  readonly clusters: Uint32Array;
  readonly sizes: Float64Array;
}

/**
 * How compact and how far apart clusters are, by scikit-learn's definitions over the rows that are in one (noise is left out and
 * counted in noise_share): silhouette, davies_bouldin, calinski_harabasz, and inertia, the sum of squared distances to the mean of
 * the own cluster among these rows. Against true classes also adjusted_rand_score and normalized_mutual_info_score, noise counting
 * as one more cluster. What these rows do not define is NaN.
 */
export function clusterMetrics({ x, values, truth }: ClusteredRows): ClusterScores {
  const members = membersOf(values);
  const { rows, sizes } = members;
  const notes: string[] = [];
  const means = clusterMeans(x, members);
  const apart = sizes.length >= 2 && sizes.length < rows.length;
  const metrics = {
    silhouette: apart ? silhouette(x, members, notes) : Number.NaN,
    davies_bouldin: apart ? daviesBouldin(x, members, means) : Number.NaN,
    ...spreadMetrics(x, members, means, apart),
    noise_share: 1 - rows.length / values.length,
    ...(truth ? agreementMetrics(truth, values) : {}),
  };
  return { metrics, notes };
}

function membersOf(values: Float64Array): Members {
  const numberOf = new Map<number, number>();
  const rows: number[] = [];
  const clusters: number[] = [];
  const sizes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < 0) continue;
    let cluster = numberOf.get(values[i]!);
    if (cluster === undefined) {
      cluster = sizes.length;
      numberOf.set(values[i]!, cluster);
      sizes.push(0);
    }
    rows.push(i);
    clusters.push(cluster);
    sizes[cluster]!++;
  }
  return { rows: Uint32Array.from(rows), clusters: Uint32Array.from(clusters), sizes: Float64Array.from(sizes) };
}

/** `k x f` means. */
function clusterMeans({ data, cols }: Matrix, { rows, clusters, sizes }: Members): Float64Array {
  const means = new Float64Array(sizes.length * cols);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < cols; j++) means[clusters[i]! * cols + j]! += data[rows[i]! * cols + j]!;
  }
  return means.map((sum, at) => sum / sizes[Math.floor(at / cols)]!);
}

function squaredDistance(a: ArrayLike<number>, at: number, b: ArrayLike<number>, from: number, cols: number): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) {
    const gap = a[at + j]! - b[from + j]!;
    sum += gap * gap;
  }
  return sum;
}

function spreadMetrics(x: Matrix, { rows, clusters, sizes }: Members, means: Float64Array, apart: boolean) {
  const { cols, data } = x;
  const centre = new Float64Array(cols);
  means.forEach((mean, at) => {
    centre[at % cols]! += (mean * sizes[Math.floor(at / cols)]!) / rows.length;
  });
  let within = 0;
  for (let i = 0; i < rows.length; i++)
    within += squaredDistance(data, rows[i]! * cols, means, clusters[i]! * cols, cols);
  let between = 0;
  for (let c = 0; c < sizes.length; c++) between += sizes[c]! * squaredDistance(means, c * cols, centre, 0, cols);
  const k = sizes.length;
  const ratio = within === 0 ? 1 : (between * (rows.length - k)) / (within * (k - 1));
  return { calinski_harabasz: apart ? ratio : Number.NaN, inertia: rows.length > 0 ? within : Number.NaN };
}

/** Davies and Bouldin 1979: for each cluster the worst ratio of spreads to distance, averaged. */
function daviesBouldin({ data, cols }: Matrix, { rows, clusters, sizes }: Members, means: Float64Array): number {
  const k = sizes.length;
  const spreads = new Float64Array(k);
  for (let i = 0; i < rows.length; i++) {
    const c = clusters[i]!;
    spreads[c]! += Math.sqrt(squaredDistance(data, rows[i]! * cols, means, c * cols, cols)) / sizes[c]!;
  }
  if (spreads.every((spread) => spread === 0)) return 0;
  let sum = 0;
  for (let a = 0; a < k; a++) {
    let worst = 0;
    for (let b = 0; b < k; b++) {
      const distance = a === b ? 0 : Math.sqrt(squaredDistance(means, a * cols, means, b * cols, cols));
      if (distance > 0) worst = Math.max(worst, (spreads[a]! + spreads[b]!) / distance);
    }
    sum += worst;
  }
  return sum / k;
}

/** Rousseeuw 1987: the mean of (b - a) / max(a, b), a the mean distance within the own cluster, b to the nearest other. */
function silhouette(x: Matrix, members: Members, notes: string[]): number {
  const most = Math.min(
    MOST_SILHOUETTE_ROWS,
    Math.max(500, Math.floor(Math.sqrt((2 * MOST_SILHOUETTE_WORK) / x.cols))),
  );
  const n = members.rows.length;
  if (n <= most) return silhouetteOf(x, members);
  const order = createRandom(n)
    .shuffle(Uint32Array.from({ length: n }, (_, i) => i))
    .subarray(0, most)
    .sort();
  notes.push(`silhouette is that of ${most} of ${n} rows, drawn at random.`);
  const sizes = new Float64Array(members.sizes.length);
  for (const i of order) sizes[members.clusters[i]!]!++;
  const sample = { rows: order.map((i) => members.rows[i]!), clusters: order.map((i) => members.clusters[i]!), sizes };
  return sizes.filter((size) => size > 0).length < 2 ? Number.NaN : silhouetteOf(x, sample);
}

function silhouetteOf({ data, cols }: Matrix, { rows, clusters, sizes }: Members): number {
  const n = rows.length;
  const k = sizes.length;
  const sums = new Float64Array(n * k);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) {
      const distance = Math.sqrt(squaredDistance(data, rows[a]! * cols, data, rows[b]! * cols, cols));
      sums[a * k + clusters[b]!]! += distance;
      sums[b * k + clusters[a]!]! += distance;
    }
  }
  let total = 0;
  for (let i = 0; i < n; i++) {
    const own = clusters[i]!;
    if (sizes[own] === 1) continue;
    const within = sums[i * k + own]! / (sizes[own]! - 1);
    let nearest = Number.POSITIVE_INFINITY;
    for (let c = 0; c < k; c++)
      if (c !== own && sizes[c]! > 0) nearest = Math.min(nearest, sums[i * k + c]! / sizes[c]!);
    const larger = Math.max(within, nearest);
    if (larger > 0) total += (nearest - within) / larger;
  }
  return total / n;
}
