import type { Matrix } from '@trainyard/data';
import type { ForestEngine } from '@trainyard/kernels';
import { findCuts, SAMPLE_ROWS } from '../boosting/bins.js';

/** How many of `rows` rows the cuts are chosen from. */
export const cutRows = (rows: number): number => Math.min(rows, SAMPLE_ROWS);

/** Values copied and binned between two breaths: some milliseconds. */
const VALUES_AT_ONCE = 1e6;

/**
 * Chooses every column's cuts, then copies the given rows into the engine and bins them. Categories count as the numbers of
 * their codes. `breathe` is awaited every few milliseconds.
 */
export async function binRows(
  engine: ForestEngine,
  x: Matrix,
  rows: Uint32Array,
  ...[maxBin, breathe]: [maxBin: number, breathe: () => Promise<void>]
): Promise<void> {
  await chooseCuts(engine, x, rows, maxBin, breathe);
  const { data, cols } = x;
  const block = Math.max(1, Math.floor(VALUES_AT_ONCE / cols));
  for (let first = 0; first < rows.length; first += block) {
    const end = Math.min(rows.length, first + block);
    for (let i = first; i < end; i++) {
      const at = rows[i]! * cols;
      engine.values.set(data.subarray(at, at + cols), i * cols);
    }
    engine.binBlock(first, end - first);
    await breathe();
  }
}

async function chooseCuts(
  engine: ForestEngine,
  x: Matrix,
  rows: Uint32Array,
  ...[maxBin, breathe]: [maxBin: number, breathe: () => Promise<void>]
): Promise<void> {
  const n = cutRows(rows.length);
  const step = rows.length / n;
  const sample = n === rows.length ? rows : Uint32Array.from({ length: n }, (_, i) => rows[Math.floor(i * step)]!);
  const group = Math.max(1, Math.floor(engine.staging.length / (2 * n)));
  for (let first = 0; first < x.cols; first += group) {
    const count = Math.min(group, x.cols - first);
    const missing = gatherColumns(x, sample, first, count, engine.staging);
    const sorted = engine.sortColumns(count, n);
    for (let c = 0; c < count; c++) {
      const f = first + c;
      // Missing values were gathered as +infinity: they sort last.
      const values = sorted.subarray(c * n, (c + 1) * n - missing[c]!);
      const cuts = engine.cuts.subarray(f * 256, (f + 1) * 256).fill(Number.POSITIVE_INFINITY);
      const found = findCuts(values, maxBin, cuts);
      engine.bins[f] = 2 + found;
      findEnds(values, cuts, found, engine.lows.subarray(f * 256), engine.highs.subarray(f * 256));
    }
    await breathe();
  }
}

/** Copies columns one after the other; returns how many values of each were missing. */
function gatherColumns(
  { data, cols }: Matrix,
  rows: Uint32Array,
  ...[first, count, out]: [number, number, Float32Array]
) {
  const n = rows.length;
  const missing = new Uint32Array(count);
  for (let i = 0; i < n; i++) {
    const at = rows[i]! * cols + first;
    for (let c = 0; c < count; c++) {
      // Adding 0 turns -0 into 0, which is the same value to a comparison but not to a sort by bits.
      const value = data[at + c]! + 0;
      const isMissing = Number.isNaN(value);
      if (isMissing) missing[c]!++;
      out[c * n + i] = isMissing ? Number.POSITIVE_INFINITY : value;
    }
  }
  return missing;
}

/** The smallest and the largest value of each bin: thresholds lie midway between bins that a node really has. */
function findEnds(
  values: Float32Array,
  cuts: Float32Array,
  found: number,
  lows: Float32Array,
  highs: Float32Array,
): void {
  let from = 0;
  for (let bin = 1; bin <= found + 1; bin++) {
    const end = bin <= found ? firstAbove(values, cuts[bin - 1]!, from) : values.length;
    lows[bin] = values[from] ?? 0;
    highs[bin] = values[end - 1] ?? 0;
    from = end;
  }
}

/** Index of the first of the ascending values, from `from` on, that is above `cut`. */
function firstAbove(values: Float32Array, cut: number, from: number): number {
  let low = from;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= cut) low = middle + 1;
    else high = middle;
  }
  return low;
}
