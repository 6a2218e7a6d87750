import { createRandom, type Dataset } from '@trainyard/data';
import { seedOf } from '../sampling/seeds.js';
import type { CategoricalColumn } from './columns.js';

/** CatBoost's default priors of `Borders` statistics. */
const PRIORS = [0, 0.5, 1] as const;
/** Buckets that the targets of a regression are ranked into, as in CatBoost's BinarizedTargetMeanValue. */
const BUCKETS = 10;
/** Most target borders of a multiclass task: statistics say how often the class lies above each. */
const MOST_BORDERS = 15;

/** What statistics are of: one or more numbers from 0 to 1 a row, made from the target. */
export interface TargetParts {
  /** part * rows + row. */
  readonly values: Float32Array;
  readonly count: number;
}

/** Binary: the class; multiclass: whether the class is above 0, above 1, ...; regression: the rank, in tenths. */
export function targetParts({ task, y, classes }: Dataset): TargetParts {
  const n = y.length;
  if (task === 'regression') return { values: rankTenths(y), count: 1 };
  const count = task === 'binary' ? 1 : Math.min(MOST_BORDERS, classes!.length - 1);
  const values = new Float32Array(count * n);
  for (let part = 0; part < count; part++) {
    for (let i = 0; i < n; i++) values[part * n + i] = y[i]! > part ? 1 : 0;
  }
  return { values, count };
}

function rankTenths(y: Float64Array): Float32Array {
  const sorted = y.slice().sort();
  const borders = Array.from({ length: BUCKETS - 1 }, (_, i) => sorted[Math.floor(((i + 1) * y.length) / BUCKETS)]!);
  return Float32Array.from(y, (value) => borders.filter((border) => value > border).length / (BUCKETS - 1));
}

/** A random order of the rows. */
export function permutationOf(rows: number, seed: number, number: number): Uint32Array {
  return createRandom(seedOf(seed, 11, number)).shuffle(Uint32Array.from({ length: rows }, (_, i) => i));
}

/** Statistics of one column: for each part and prior, and last the category's frequency. */
export function statisticsPerColumn({ count }: TargetParts): number {
  return count * PRIORS.length + 1;
}

/**
 * Ordered target statistics (Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features", 2018) of every
 * row, as bins: (sum of the target over the rows of its category that come before it + prior) / (their weight + 1). The row's
 * own target has no part in them. One array a statistic.
 */
export function orderedStatistics(
  { codes, size }: CategoricalColumn,
  parts: TargetParts,
  weight: Float64Array,
  order: Uint32Array,
  borders: number,
): Uint8Array[] {
  const n = codes.length;
  const out = Array.from({ length: parts.count * PRIORS.length }, () => new Uint8Array(n));
  const sums = new Float64Array(size);
  const weights = new Float64Array(size);
  for (let part = 0; part < parts.count; part++) {
    sums.fill(0);
    weights.fill(0);
    const columns = out.slice(part * PRIORS.length, (part + 1) * PRIORS.length);
    for (const row of order) {
      const code = codes[row]!;
      for (let p = 0; p < PRIORS.length; p++) {
        columns[p]![row] = binOf((sums[code]! + PRIORS[p]!) / (weights[code]! + 1), borders);
      }
      sums[code]! += weight[row]! * parts.values[part * n + row]!;
      weights[code]! += weight[row]!;
    }
  }
  return out;
}

/**
 * The same statistics over all rows, for prediction: one table a statistic, laid out as `Features.table`. A category that was
 * not seen has the prior alone.
 */
export function statisticTables(
  { codes, size }: CategoricalColumn,
  parts: TargetParts,
  weight: Float64Array,
  borders: number,
): Uint8Array[] {
  const n = codes.length;
  const tables: Uint8Array[] = [];
  for (let part = 0; part < parts.count; part++) {
    const sums = new Float64Array(size);
    const weights = new Float64Array(size);
    for (let row = 0; row < n; row++) {
      sums[codes[row]!]! += weight[row]! * parts.values[part * n + row]!;
      weights[codes[row]!]! += weight[row]!;
    }
    for (const prior of PRIORS) {
      tables.push(
        tableOf(size, binOf(prior, borders), (code) => binOf((sums[code]! + prior) / (weights[code]! + 1), borders)),
      );
    }
  }
  return tables;
}

/** How often a category is seen, as a share of the most frequent one: it does not use the target, so it needs no order. */
export function frequencyTable({ codes, size }: CategoricalColumn, weight: Float64Array, borders: number): Uint8Array {
  const weights = new Float64Array(size);
  for (let row = 0; row < codes.length; row++) weights[codes[row]!]! += weight[row]!;
  const most = weights.reduce((a, b) => Math.max(a, b), 0);
  return tableOf(size, 0, (code) => binOf(weights[code]! / (most + 1), borders));
}

/** A table by category: entry 0 missing, 1 not seen, 2 + code. */
export function tableOf(size: number, unseen: number, bin: (category: number) => number): Uint8Array {
  const table = new Uint8Array(size + 1);
  table[0] = bin(0);
  table[1] = unseen;
  for (let category = 1; category < size; category++) table[category + 1] = bin(category);
  return table;
}

/** `borders` uniform borders from 0 to 1. */
function binOf(share: number, borders: number): number {
  return Math.min(borders, Math.floor(share * (borders + 1)));
}
