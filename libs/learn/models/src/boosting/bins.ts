import { createRandom, LearnError, type Matrix } from '@trainyard/data';
import type { BoostingEngine } from '@trainyard/kernels';
import type { Forest } from '../trees/forest.js';

/** Largest category code; above it a column is surely no category. */
const MOST_CATEGORIES = 2 ** 20;
/** Rows that cuts are chosen from, as LightGBM's bin_construct_sample_cnt. */
export const SAMPLE_ROWS = 200_000;

/** Which columns can be split on, and the bins of the categorical ones. Bin 0 is "missing" everywhere. */
export interface Columns {
  /** The columns with two or more values: feature f of the engine is column used[f]. */
  readonly used: readonly number[];
  readonly categorical: readonly boolean[];
  readonly categories: Pick<Forest, 'categoryStart' | 'categoryBins'>;
  /** Bins of each used categorical feature, the missing bin included. */
  readonly categoryCounts: readonly number[];
}

/** Looks through the rows that are trained on. Throws FEATURE_INVALID when a categorical column holds no category codes. */
export function inspectColumns(x: Matrix, rows: Uint32Array, maxBin: number): Columns {
  const varies = findVarying(x, rows);
  const used = Array.from({ length: x.cols }, (_, j) => j).filter((j) => varies[j] === 1);
  // One column even when none can be split on: the engine then grows single leaves.
  if (used.length === 0) used.push(0);
  const categorical = used.map((j) => x.categorical?.[j] ?? false);
  const start = new Int32Array(x.cols + 1);
  const bins: Int16Array[] = [];
  const categoryCounts: number[] = [];
  for (let j = 0; j < x.cols; j++) {
    const f = used.indexOf(j);
    start[j + 1] = start[j]!;
    if (f < 0 || !categorical[f]) continue;
    const table = binCategories(countCategories(x, j, rows), maxBin);
    bins.push(table);
    start[j + 1] = start[j]! + table.length;
    categoryCounts[f] = 1 + table.reduce((most, bin) => Math.max(most, bin), 0);
  }
  const categoryBins = Int16Array.from(bins.flatMap((table) => [...table]));
  return { used, categorical, categories: { categoryStart: start, categoryBins }, categoryCounts };
}

function findVarying({ data, cols }: Matrix, rows: Uint32Array): Uint8Array {
  const varies = new Uint8Array(cols);
  const first = rows[0]! * cols;
  for (let i = 1; i < rows.length; i++) {
    const at = rows[i]! * cols;
    for (let j = 0; j < cols; j++) {
      const a = data[at + j]!;
      const b = data[first + j]!;
      if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) varies[j] = 1;
    }
  }
  return varies;
}

function countCategories(x: Matrix, column: number, rows: Uint32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const code = x.data[row * x.cols + column]!;
    if (Number.isNaN(code)) continue;
    if (!(Number.isInteger(code) && code >= 0 && code < MOST_CATEGORIES)) {
      const name = x.names[column] ?? String(column);
      throw new LearnError(
        'FEATURE_INVALID',
        `Row ${row + 1} of "${name}" is ${code}, but a categorical column holds codes 0 to ${MOST_CATEGORIES - 1}. Encode it, or do not mark it as categorical.`,
        { row: row + 1, column: name },
      );
    }
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

/** Bin of each category code, -1 for codes not seen. The most frequent have bins of their own; the rest share the last one. */
function binCategories(counts: ReadonlyMap<number, number>, maxBin: number): Int16Array {
  const codes = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || a - b);
  const table = new Int16Array(codes.reduce((most, code) => Math.max(most, code + 1), 0)).fill(-1);
  codes.forEach((code, i) => {
    table[code] = 1 + Math.min(i, maxBin - 1);
  });
  return table;
}

/** Chooses the cuts of every feature and bins all rows of `x` into the engine. */
export function binMatrix(
  engine: BoostingEngine,
  x: Matrix,
  rows: Uint32Array,
  columns: Columns,
  maxBin: number,
  seed: number,
): void {
  chooseCuts(engine, x, sampleOf(rows, seed), columns, maxBin);
  const { used, categorical, categories } = columns;
  const width = used.length;
  const block = Math.floor(engine.staging.length / width);
  for (let first = 0; first < x.rows; first += block) {
    const n = Math.min(block, x.rows - first);
    copyRows(x, first, n, used, engine.staging);
    categorical.forEach((is, f) => {
      if (is) codesToBins(engine.staging, f, width, n, used[f]!, categories);
    });
    engine.binBlock(first, n);
  }
}

function copyRows(x: Matrix, first: number, n: number, used: readonly number[], out: Float32Array): void {
  const { data, cols } = x;
  if (used.length === cols) {
    out.set(data.subarray(first * cols, (first + n) * cols));
    return;
  }
  for (let i = 0, to = 0; i < n; i++) {
    const at = (first + i) * cols;
    for (let f = 0; f < used.length; f++) out[to++] = data[at + used[f]!]!;
  }
}

/** Category codes in staged rows become their bins, which the cuts of a categorical feature leave as they are. */
function codesToBins(
  staged: Float32Array,
  ...[f, width, n, column, { categoryStart, categoryBins }]: [
    f: number,
    width: number,
    n: number,
    column: number,
    categories: Columns['categories'],
  ]
): void {
  const start = categoryStart[column]!;
  const length = categoryStart[column + 1]! - start;
  for (let i = 0, at = f; i < n; i++, at += width) {
    const code = staged[at]!;
    // A row that is not trained on may hold a code that the table does not know.
    const bin = code >= 0 && code < length ? (categoryBins[start + code] ?? -1) : -1;
    staged[at] = bin > 0 ? bin : Number.NaN;
  }
}

/** At most SAMPLE_ROWS of the rows, one from each of as many equal stretches. */
function sampleOf(rows: Uint32Array, seed: number): Uint32Array {
  if (rows.length <= SAMPLE_ROWS) return rows;
  const random = createRandom(seed);
  const step = rows.length / SAMPLE_ROWS;
  return Uint32Array.from({ length: SAMPLE_ROWS }, (_, i) => rows[Math.floor((i + random.next()) * step)]!);
}

function chooseCuts(engine: BoostingEngine, x: Matrix, sample: Uint32Array, columns: Columns, maxBin: number): void {
  const { used, categorical, categoryCounts } = columns;
  const n = sample.length;
  const group = Math.max(1, Math.floor(engine.staging.length / (2 * n)));
  for (let f0 = 0; f0 < used.length; f0 += group) {
    const count = Math.min(group, used.length - f0);
    const missing = gatherColumns(x, sample, used.slice(f0, f0 + count), engine.staging);
    const sorted = engine.sortColumns(count, n);
    for (let c = 0; c < count; c++) {
      const f = f0 + c;
      const cuts = engine.cuts.subarray(f * 256, (f + 1) * 256).fill(Number.POSITIVE_INFINITY);
      if (categorical[f]) {
        for (let bin = 1; bin < categoryCounts[f]! - 1; bin++) cuts[bin - 1] = bin + 0.5;
        engine.bins[f] = categoryCounts[f]!;
      } else {
        // Missing values were gathered as +infinity: they sort last.
        const values = sorted.subarray(c * n, (c + 1) * n - missing[c]!);
        engine.bins[f] = 2 + findCuts(values, maxBin, cuts);
      }
    }
  }
}

/** Copies columns of the sampled rows one after the other; returns how many values of each were missing. */
function gatherColumns(x: Matrix, sample: Uint32Array, columns: readonly number[], out: Float32Array): Uint32Array {
  const { data, cols } = x;
  const n = sample.length;
  const missing = new Uint32Array(columns.length);
  for (let i = 0; i < n; i++) {
    const at = sample[i]! * cols;
    for (let c = 0; c < columns.length; c++) {
      // Adding 0 turns -0 into 0, which is the same value to a comparison but not to a sort by bits.
      const value = data[at + columns[c]!]! + 0;
      const isMissing = Number.isNaN(value);
      if (isMissing) missing[c]!++;
      out[c * n + i] = isMissing ? Number.POSITIVE_INFINITY : value;
    }
  }
  return missing;
}

/**
 * Cuts between ascending `values` for at most `maxBin` bins of about equal counts; returns how many cuts it wrote. A value as
 * frequent as a whole bin has a bin of its own, as in LightGBM.
 */
export function findCuts(values: Float32Array, maxBin: number, cuts: Float32Array): number {
  const n = values.length;
  let distinct = n > 0 ? 1 : 0;
  for (let i = 1; i < n && distinct <= maxBin; i++) if (values[i] !== values[i - 1]) distinct++;
  let found = 0;
  let inBin = 0;
  let left = n;
  for (let i = 0; i < n; ) {
    const value = values[i]!;
    let end = i + 1;
    while (end < n && values[end] === value) end++;
    if (end === n) break;
    inBin += end - i;
    const target = distinct <= maxBin ? 0 : left / (maxBin - found);
    let full = inBin >= target;
    // The next value starts a bin of its own when it would fill one.
    if (!full && end + target < n && values[Math.floor(end + target)] === values[end]) full = true;
    if (full && found < maxBin - 1) {
      cuts[found++] = between(value, values[end]!);
      left -= inBin;
      inBin = 0;
    }
    i = end;
  }
  return found;
}

/** A float c with a <= c < b, in the middle where there is one. */
function between(a: number, b: number): number {
  const middle = Math.fround(a + (b - a) / 2);
  return middle >= a && middle < b ? middle : a;
}
