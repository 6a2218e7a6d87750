import { createRandom, LearnError, type Matrix } from '@trainyard/data';
import type { BoostingEngine } from '@trainyard/kernels';
import type { Forest } from '../trees/forest.js';

/** Largest category code; above it a column is surely no category. */
const MOST_CATEGORIES = 2 ** 20;
/** Most categories that a column may hold. */
const MOST_DISTINCT = 65_535;
/** Most categories of a column with bins of their own: a split's set holds 256 bits, one of them for missing values. */
export const MOST_CATEGORY_BINS = 255;
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
    const table = binCategories(countCategories(x, j, rows), Math.min(maxBin, MOST_CATEGORY_BINS));
    bins.push(table);
    start[j + 1] = start[j]! + table.length;
    categoryCounts[f] = 1 + table.reduce((most, bin) => Math.max(most, bin), 0);
  }
  const categoryBins = Int16Array.from(bins.flatMap((table) => [...table]));
  return { used, categorical, categories: { categoryStart: start, categoryBins }, categoryCounts };
}

function findVarying({ data, cols }: Matrix, rows: Uint32Array): Uint8Array {
  const varies = new Uint8Array(cols);
  for (let j = 0; j < cols; j++) {
    const first = data[rows[0]! * cols + j]!;
    for (let i = 1; i < rows.length && varies[j] === 0; i++) {
      const value = data[rows[i]! * cols + j]!;
      if (value !== first && !(Number.isNaN(value) && Number.isNaN(first))) varies[j] = 1;
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
  if (counts.size > MOST_DISTINCT) {
    const name = x.names[column] ?? String(column);
    throw new LearnError(
      'FEATURE_INVALID',
      `"${name}" has ${counts.size} categories, and ${MOST_DISTINCT} is the most: leave it out, or group the rare ones.`,
      { column: name },
    );
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

/** Chooses the cuts of every feature and bins all rows of `x` into the engine, letting the event loop `breathe` in between. */
export async function binMatrix(
  engine: BoostingEngine,
  x: Matrix,
  rows: Uint32Array,
  columns: Columns,
  maxBin: number,
  seed: number,
  breathe: () => Promise<void>,
): Promise<void> {
  await chooseCuts(engine, x, sampleOf(rows, seed), columns, maxBin, breathe);
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
    await breathe();
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

async function chooseCuts(
  engine: BoostingEngine,
  x: Matrix,
  sample: Uint32Array,
  columns: Columns,
  maxBin: number,
  breathe: () => Promise<void>,
): Promise<void> {
  const { used, categorical, categoryCounts } = columns;
  const n = sample.length;
  const group = Math.max(1, Math.floor(engine.staging.length / (2 * n)));
  for (let f0 = 0; f0 < used.length; f0 += group) {
    const count = Math.min(group, used.length - f0);
    gatherColumns(x, sample, used.slice(f0, f0 + count), engine.staging);
    const sorted = engine.sortColumns(count, n);
    for (let c = 0; c < count; c++) {
      const f = f0 + c;
      const { cells } = engine;
      const cuts = engine.cuts.subarray(f * cells, (f + 1) * cells).fill(Number.POSITIVE_INFINITY);
      if (categorical[f]) {
        for (let bin = 1; bin < categoryCounts[f]! - 1; bin++) cuts[bin - 1] = bin + 0.5;
        engine.bins[f] = categoryCounts[f]!;
      } else {
        engine.bins[f] = 2 + findCuts(withoutMissing(sorted.subarray(c * n, (c + 1) * n)), maxBin, cuts);
      }
    }
    await breathe();
  }
}

/** Rows whose values are touched before they are copied: the loads of rows that lie far apart then overlap. */
const TOUCHED_ROWS = 64;

/** Copies neighbouring columns of the sampled rows one after the other, as bits: quicker than as numbers. */
function gatherColumns(
  { data, cols }: Matrix,
  sample: Uint32Array,
  columns: readonly number[],
  out: Float32Array,
): void {
  const from = new Int32Array(data.buffer, data.byteOffset, data.length);
  const to = new Int32Array(out.buffer, out.byteOffset, out.length);
  const n = sample.length;
  const [first, last] = [columns[0]!, columns.at(-1)!];
  for (let start = 0, touched = 0; start < n; start += TOUCHED_ROWS) {
    const end = Math.min(n, start + TOUCHED_ROWS);
    for (let i = start; i < end; i++) touched ^= from[sample[i]! * cols + first]! ^ from[sample[i]! * cols + last]!;
    // Written where the copy itself comes next: the touching loads are not for nothing.
    to[start] = touched;
    for (let c = 0; c < columns.length; c++) {
      const column = columns[c]!;
      for (let i = start, place = c * n + start; i < end; i++) to[place++] = from[sample[i]! * cols + column]!;
    }
  }
}

/** Missing values sort last. */
function withoutMissing(sorted: Float32Array): Float32Array {
  if (!Number.isNaN(sorted.at(-1)!)) return sorted;
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number.isNaN(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return sorted.subarray(0, low);
}

/**
 * Cuts between ascending `values` for at most `maxBin` bins of about equal counts; returns how many cuts it wrote. A value as
 * frequent as a whole bin has a bin of its own, as in LightGBM.
 */
export function findCuts(values: Float32Array, maxBin: number, cuts: Float32Array): number {
  const n = values.length;
  const few = countDistinct(values, maxBin + 1) <= maxBin;
  let found = 0;
  for (let start = 0; start < n && found < maxBin - 1; ) {
    const target = few ? 1 : (n - start) / (maxBin - found);
    const last = start + Math.ceil(target) - 1;
    if (last >= n) break;
    // The bin ends with the run of equal values that fills it, or before that run when it would fill a bin by itself.
    const run = startOfRun(values, start, last);
    const fillsOwn = run > start && run + target < n && values[Math.floor(run + target)] === values[run];
    const end = fillsOwn ? run : endOfRun(values, last);
    if (end === n) break;
    cuts[found++] = between(values[end - 1]!, values[end]!);
    start = end;
  }
  return found;
}

/** How many different values there are; stops at `most`. */
function countDistinct(values: Float32Array, most: number): number {
  let distinct = 0;
  for (let i = 0; i < values.length && distinct < most; i = endOfRun(values, i)) distinct++;
  return distinct;
}

/** Index after the last value equal to values[i]: steps that double, then halve. */
function endOfRun(values: Float32Array, i: number): number {
  const value = values[i]!;
  let step = 1;
  while (i + step < values.length && values[i + step] === value) step *= 2;
  let [low, high] = [i + (step >> 1), Math.min(i + step, values.length)];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle] === value) low = middle;
    else high = middle;
  }
  return high;
}

/** Index of the first value from `first` on that equals values[i]. */
function startOfRun(values: Float32Array, first: number, i: number): number {
  const value = values[i]!;
  let [low, high] = [first, i];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A float c with a <= c < b, in the middle where there is one. */
function between(a: number, b: number): number {
  const middle = Math.fround(a + (b - a) / 2);
  return middle >= a && middle < b ? middle : a;
}
