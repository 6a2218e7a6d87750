import { createRandom, type Matrix } from '@trainyard/data';
import type { ObliviousEngine } from '@trainyard/kernels';
import { findCuts } from '../bins.js';
import type { ColumnPlan } from './columns.js';
import type { Feature } from './join-trees.js';
import { FEATURE_KIND } from './oblivious-trees.js';

/** Rows that borders are chosen from, as in CatBoost. */
export const SAMPLE_ROWS = 200_000;
/** Above every finite value: the border between values and missing ones, when these count as the largest. */
const LARGEST = 3.4028234663852886e38;
/** Rows whose columns are gathered together. */
const GATHERED_ROWS = 128;

/** Chooses the borders of the numeric columns, bins all rows into the engine, and says what the features are. */
export function binNumeric(
  engine: ObliviousEngine,
  x: Matrix,
  rows: Uint32Array,
  { numeric }: ColumnPlan,
  ...[borders, missingHigh, seed]: [borders: number, missingHigh: boolean, seed: number]
): Feature[] {
  const features = chooseBorders(engine, x, sampleOf(rows, seed), numeric, borders, missingHigh);
  if (numeric.length === 0) return features;
  const block = Math.floor(engine.staging.length / numeric.length);
  for (let first = 0; first < x.rows; first += block) {
    const n = Math.min(block, x.rows - first);
    copyRows(x, first, n, numeric, engine.staging, missingHigh);
    engine.binBlock(first, n);
  }
  return features;
}

function copyRows(
  { data, cols }: Matrix,
  ...[first, n, columns, out, missingHigh]: [number, number, readonly number[], Float32Array, boolean]
): void {
  if (columns.length === cols && !missingHigh) {
    out.set(data.subarray(first * cols, (first + n) * cols));
    return;
  }
  for (let i = 0, to = 0; i < n; i++) {
    const at = (first + i) * cols;
    for (let f = 0; f < columns.length; f++, to++) {
      const value = data[at + columns[f]!]!;
      out[to] = missingHigh && Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
    }
  }
}

/** At most SAMPLE_ROWS of the rows, one from each of as many equal stretches. */
function sampleOf(rows: Uint32Array, seed: number): Uint32Array {
  if (rows.length <= SAMPLE_ROWS) return rows;
  const random = createRandom(seed);
  const step = rows.length / SAMPLE_ROWS;
  return Uint32Array.from({ length: SAMPLE_ROWS }, (_, i) => rows[Math.floor((i + random.next()) * step)]!);
}

function chooseBorders(
  engine: ObliviousEngine,
  x: Matrix,
  sample: Uint32Array,
  ...[numeric, borders, missingHigh]: [readonly number[], number, boolean]
): Feature[] {
  const n = sample.length;
  const group = Math.max(1, Math.floor(engine.staging.length / (2 * n)));
  const features: Feature[] = [];
  for (let f0 = 0; f0 < numeric.length; f0 += group) {
    const columns = numeric.slice(f0, f0 + group);
    const missing = gatherColumns(x, sample, columns, engine.staging);
    const sorted = engine.sortColumns(columns.length, n);
    columns.forEach((column, c) => {
      const f = f0 + c;
      const cuts = engine.cuts.subarray(f * 256, (f + 1) * 256).fill(Number.POSITIVE_INFINITY);
      // Missing values were gathered as +infinity: they sort last.
      const values = sorted.subarray(c * n, (c + 1) * n - missing[c]!);
      const hasMissing = missing[c]! > 0;
      let found = findCuts(values, borders + (hasMissing ? 0 : 1), cuts);
      if (hasMissing && missingHigh) cuts[found++] = LARGEST;
      engine.bins[f] = found + 2;
      // Splitting off bin 0 is splitting off missing values.
      engine.lowest[f] = hasMissing && !missingHigh ? 0 : 1;
      const kind = missingHigh ? FEATURE_KIND.numericHigh : FEATURE_KIND.numericLow;
      features.push({ column, kind, cuts: cuts.slice(0, found), table: [] });
    });
  }
  return features;
}

/** Copies columns of the sampled rows one after the other; returns how many values of each were missing. */
function gatherColumns(x: Matrix, sample: Uint32Array, columns: readonly number[], out: Float32Array): Uint32Array {
  const { data, cols } = x;
  const n = sample.length;
  const missing = new Uint32Array(columns.length);
  // The rows of a block stay in the cache from one column to the next.
  for (let first = 0; first < n; first += GATHERED_ROWS) {
    const end = Math.min(n, first + GATHERED_ROWS);
    for (let c = 0; c < columns.length; c++) {
      const column = columns[c]!;
      let absent = 0;
      for (let i = first, to = c * n + first; i < end; i++, to++) {
        const value = data[sample[i]! * cols + column]!;
        if (!Number.isNaN(value)) out[to] = value;
        else {
          out[to] = Number.POSITIVE_INFINITY;
          absent++;
        }
      }
      missing[c]! += absent;
    }
  }
  return missing;
}
