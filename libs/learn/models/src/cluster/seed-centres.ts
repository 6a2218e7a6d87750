import { createRandom, type Random } from '@trainyard/data';
import { CANDIDATES, type KMeansEngine, SEED_ROWS } from '@trainyard/kernels';
import { tooFewRows } from './centroids.js';

const MOST_F32 = 3.4028234663852886e38;

/**
 * Writes the first centres into the engine: `random`, different rows drawn in proportion to their weights, or `k-means++` (Arthur
 * and Vassilvitskii 2007), greedy as in scikit-learn: each next centre is the best of 2 + ln k rows drawn in proportion to weight
 * times squared distance. Throws TOO_FEW_ROWS when k-means++ meets fewer different rows than clusters.
 */
export async function seedCentres(
  engine: KMeansEngine,
  clusters: number,
  init: 'k-means++' | 'random',
  seed: number,
): Promise<void> {
  const random = createRandom(seed);
  const weights = blockSums(engine.weights, undefined);
  if (init === 'random') {
    const taken = new Set<number>();
    // Rows that hold nearly all the weight would be drawn for ever: after many misses the next free row does.
    for (let misses = 0; taken.size < clusters; ) {
      let row = draw(random, weights, engine.weights, undefined);
      if (taken.has(row) && misses++ < 20 * clusters) continue;
      while (taken.has(row) || engine.weights[row] === 0) row = (row + 1) % engine.weights.length;
      placeRow(engine, taken.size, row);
      taken.add(row);
    }
    return;
  }
  engine.closest.fill(MOST_F32);
  let blocks = weights;
  for (let c = 0; c < clusters; c++) {
    const trials = c === 0 ? 1 : 2 + Math.floor(Math.log(clusters));
    const drawn = Array.from({ length: trials }, () =>
      draw(random, blocks, engine.weights, c === 0 ? undefined : engine.closest),
    );
    const best = await bestOf(engine, drawn);
    placeRow(engine, c, best.row);
    blocks = best.blocks;
    if (c + 1 < clusters && !(best.potential > 0)) throw tooFewRows(c + 1, clusters);
  }
}

function placeRow({ centres, rows, stride }: KMeansEngine, centre: number, row: number): void {
  centres.set(rows.subarray(row * stride, (row + 1) * stride), centre * stride);
}

interface Trial {
  readonly row: number;
  readonly potential: number;
  readonly blocks: Float64Array;
}

/** The row that leaves the least potential; the engine then holds the distances with it. */
async function bestOf(engine: KMeansEngine, rows: readonly number[]): Promise<Trial> {
  let best: Trial | undefined;
  for (let begin = 0; begin < rows.length; begin += CANDIDATES) {
    const batch = rows.slice(begin, begin + CANDIDATES);
    const tried = await engine.tryCandidates(batch);
    tried.forEach((blocks, i) => {
      const potential = blocks.reduce((a, b) => a + b, 0);
      if (best === undefined || potential < best.potential) best = { row: batch[i]!, potential, blocks };
    });
  }
  const last = rows.slice(CANDIDATES * Math.floor((rows.length - 1) / CANDIDATES));
  const place = last.indexOf(best!.row);
  if (place < 0) await engine.tryCandidates([best!.row]);
  engine.takeCandidate(Math.max(0, place));
  return best!;
}

function blockSums(weights: Float64Array, distances: Float32Array | undefined): Float64Array {
  const sums = new Float64Array(Math.ceil(weights.length / SEED_ROWS));
  for (let i = 0; i < weights.length; i++) {
    sums[Math.floor(i / SEED_ROWS)]! += weights[i]! * (distances === undefined ? 1 : distances[i]!);
  }
  return sums;
}

/** A row drawn in proportion to weight times distance, whose sums over blocks of SEED_ROWS rows are known. */
function draw(
  random: Random,
  blocks: Float64Array,
  weights: Float64Array,
  distances: Float32Array | undefined,
): number {
  let left = random.next() * blocks.reduce((a, b) => a + b, 0);
  let block = 0;
  while (block < blocks.length - 1 && left >= blocks[block]!) left -= blocks[block++]!;
  let last = -1;
  for (let i = block * SEED_ROWS; i < weights.length; i++) {
    const share = weights[i]! * (distances === undefined ? 1 : distances[i]!);
    if (share > 0) last = i;
    left -= share;
    if (left < 0) return i;
  }
  // Rounding can leave a little at the end.
  return last >= 0 ? last : weights.findLastIndex((weight, i) => weight > 0 && (distances?.[i] ?? 1) > 0);
}
