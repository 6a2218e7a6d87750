import { binOfNumber, type DriftReference } from './reference.js';

/** Finds the bin of a value as a request has it. Counts nothing and allocates nothing. */
export interface Bins {
  /** How many there are, the last for missing values. */
  readonly width: number;
  /** Null, undefined and what is of another type are missing. */
  binOf(value: unknown): number;
  /** What each bin holds, in words. */
  labels(): string[];
}

/** The bins in which a reference was counted. */
export function binsOf(reference: DriftReference): Bins {
  return reference.kind === 'number' ? numberBins(reference.edges) : categoryBins(reference.values);
}

const MISSING = '(missing)';

function numberBins(given: readonly number[]): Bins {
  const edges = Float64Array.from(given);
  const missing = edges.length + 1;
  return {
    width: missing + 1,
    binOf(value) {
      if (typeof value === 'boolean') return binOfNumber(edges, value ? 1 : 0);
      return typeof value !== 'number' || Number.isNaN(value) ? missing : binOfNumber(edges, value);
    },
    labels() {
      const [first] = given;
      if (first === undefined) return ['any number', MISSING];
      const between = given.slice(1).map((edge, i) => `above ${given[i]} to ${edge}`);
      return [`up to ${first}`, ...between, `above ${given.at(-1)}`, MISSING];
    },
  };
}

function categoryBins(values: readonly string[]): Bins {
  const known = new Map(values.map((value, bin) => [value, bin]));
  const other = values.length;
  return {
    width: other + 2,
    binOf(value) {
      if (typeof value === 'string') return known.get(value) ?? other;
      if (typeof value === 'number' || typeof value === 'boolean') return known.get(String(value)) ?? other;
      return other + 1;
    },
    labels: () => [...values, '(other)', MISSING],
  };
}
