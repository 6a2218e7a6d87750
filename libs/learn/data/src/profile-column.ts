import type { ColumnProfile, Histogram, ProfileType } from './profile.js';
import type { CategoricalColumn, Column, NumericColumn } from './table.js';

const BINS = 20;
const TOP = 20;

/** Counts, moments, histogram and most frequent values of one column. Infinite numbers are counted but not averaged. */
export function profileColumn(column: Column): ColumnProfile {
  return column.kind === 'numeric' ? profileNumbers(column) : profileCategories(column);
}

function profileNumbers(column: NumericColumn): ColumnProfile {
  // A typed array sorts numbers ascending with NaN last.
  const sorted = column.values.slice().sort();
  let present = sorted.length;
  while (present > 0 && Number.isNaN(sorted[present - 1]!)) present--;
  const type: ProfileType = column.date ? 'date' : column.boolean ? 'boolean' : 'number';
  const missing = sorted.length - present;
  if (present === 0) return { name: column.name, type, missing, distinct: 0 };
  let distinct = 1;
  for (let i = 1; i < present; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  const finite = sorted.subarray(0, present).filter(Number.isFinite);
  const middle = (present - 1) / 2;
  return {
    name: column.name,
    type,
    missing,
    distinct,
    min: sorted[0]!,
    max: sorted[present - 1]!,
    median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    ...moments(finite),
    histogram: histogramOf(finite),
  };
}

function moments(values: Float64Array): { mean: number; std: number } {
  let mean = 0;
  let squares = 0;
  // Welford's update does not lose digits when values are far from zero, as dates are.
  for (let i = 0; i < values.length; i++) {
    const delta = values[i]! - mean;
    mean += delta / (i + 1);
    squares += delta * (values[i]! - mean);
  }
  return { mean, std: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

/** `sorted` is ascending and finite. */
function histogramOf(sorted: Float64Array): Histogram {
  if (sorted.length === 0) return { edges: [], counts: [] };
  const low = sorted[0]!;
  const high = sorted[sorted.length - 1]!;
  if (low === high) return { edges: [low, high], counts: [sorted.length] };
  const width = (high - low) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (let i = 0; i < sorted.length; i++) counts[Math.min(BINS - 1, Math.floor((sorted[i]! - low) / width))]!++;
  return { edges: Array.from({ length: BINS + 1 }, (_, k) => (k === BINS ? high : low + k * width)), counts };
}

function profileCategories(column: CategoricalColumn): ColumnProfile {
  const counts = new Uint32Array(column.categories.length);
  let missing = 0;
  for (let i = 0; i < column.codes.length; i++) {
    const code = column.codes[i]!;
    if (code < 0) missing++;
    else counts[code]!++;
  }
  const used = [...counts.keys()].filter((code) => counts[code]! > 0);
  const top = used
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, TOP)
    .map((code) => ({ value: column.categories[code]!, count: counts[code]! }));
  return { name: column.name, type: 'category', missing, distinct: used.length, top };
}
