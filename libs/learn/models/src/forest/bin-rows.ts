import type { Matrix } from '@trainyard/data';
import type { ForestEngine } from '@trainyard/kernels';
import { findCuts, SAMPLE_ROWS } from '../boosting/bins.js';

/** How many of `rows` rows the cuts are chosen from. */
export const cutRows = (rows: number): number => Math.min(rows, SAMPLE_ROWS);

/** Values sorted between two breaths. */
const VALUES_AT_ONCE = 1.5e6;

/**
 * Chooses every column's cuts, then codes the given rows in the engine. Categories count as the numbers of their codes.
 * `breathe` is awaited every few milliseconds.
 */
export async function binRows(
  engine: ForestEngine,
  x: Matrix,
  rows: Uint32Array,
  ...[maxBin, breathe]: [maxBin: number, breathe: () => Promise<void>]
): Promise<void> {
  await chooseCuts(engine, x, rows, maxBin, breathe);
  const { data, cols } = x;
  const block = Math.floor(engine.staging.length / cols);
  for (let first = 0; first < rows.length; first += block) {
    const end = Math.min(rows.length, first + block);
    for (let i = first; i < end; i++) {
      const at = rows[i]! * cols;
      engine.staging.set(data.subarray(at, at + cols), (i - first) * cols);
    }
    engine.codeBlock(first, end - first);
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
  const room = Math.min(VALUES_AT_ONCE, Math.floor(engine.unsorted.length / 2));
  const group = Math.max(1, Math.floor(room / n));
  for (let first = 0; first < x.cols; first += group) {
    const count = Math.min(group, x.cols - first);
    const missing = gatherColumns(x, sample, first, count, engine.unsorted);
    const sorted = engine.sortColumns(count, n);
    for (let c = 0; c < count; c++) {
      const f = first + c;
      // Missing values were gathered as +infinity: they sort last.
      const values = sorted.subarray(c * n, (c + 1) * n - missing[c]!);
      const cuts = engine.cuts.subarray(f * 256, (f + 1) * 256).fill(Number.POSITIVE_INFINITY);
      const found = findCuts(values, maxBin, cuts);
      engine.bins[f] = 2 + found;
      engine.present[c] = values.length;
    }
    engine.divideBins(first, count, n);
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
