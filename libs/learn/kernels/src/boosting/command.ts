import type { NodeScan } from './split-scanner.js';

/** The steps that all threads of an engine take together. */
export const STEP = {
  sort: 1,
  bin: 2,
  loss: 3,
  gradient: 4,
  quantise: 5,
  root: 6,
  split: 7,
  leaves: 8,
  update: 9,
  measure: 10,
  roots: 11,
  bundle: 12,
} as const;

/** Words of a leaf to be scanned: gradient, hessian, lower and upper bound, whether masked, whether bounded. */
export const NODE_WORDS = 6;

/** Words (f64) of the command block that every scan reads; set once a tree. */
export const RULES = 1;
/** Word that is another number for each tree. */
export const TREE = 18;
/** Word of the place whose pairs trees grow on. */
export const PLACE = 19;
/** Words of the step's own arguments. */
export const ARGUMENTS = 20;

/** What a split must satisfy, in the units of the histogram. */
export interface SplitRules {
  readonly lambda: number;
  readonly alpha: number;
  readonly minHessian: number;
  readonly minRows: number;
  /** Gain a split must add, on top of its leaf's own score. */
  readonly minGain: number;
  readonly catSmooth: number;
  /** Categories with fewer rows than this stay out of a sorted set. */
  readonly catSmoothRows: number;
  readonly catLambda: number;
  readonly maxCatThreshold: number;
  readonly maxCatToOnehot: number;
  readonly minDataPerGroup: number;
  /** Largest leaf weight, before the learning rate; 0 for no limit. */
  readonly maxDeltaStep: number;
}

const NAMES = [
  ...['lambda', 'alpha', 'minHessian', 'minRows', 'minGain', 'catSmooth', 'catSmoothRows', 'catLambda'],
  ...['maxCatThreshold', 'maxCatToOnehot', 'minDataPerGroup', 'maxDeltaStep'],
] as (keyof SplitRules)[];

export function writeRules(command: Float64Array, rules: SplitRules): void {
  NAMES.forEach((name, i) => {
    command[RULES + i] = rules[name];
  });
}

export function readRules(command: Float64Array): SplitRules {
  return Object.fromEntries(NAMES.map((name, i) => [name, command[RULES + i]!])) as unknown as SplitRules;
}

/** Writes a leaf to be scanned to the words from argument `first` on. */
export function writeNode(command: Float64Array, first: number, { gradient, hessian, bounds, masked }: NodeScan): void {
  const at = ARGUMENTS + first;
  command[at] = gradient;
  command[at + 1] = hessian;
  command[at + 2] = bounds?.lower ?? 0;
  command[at + 3] = bounds?.upper ?? 0;
  command[at + 4] = masked ? 1 : 0;
  command[at + 5] = bounds ? 1 : 0;
}

export function readNode(command: Float64Array, first: number): NodeScan {
  const at = ARGUMENTS + first;
  const bounds = command[at + 5] === 1 ? { lower: command[at + 2]!, upper: command[at + 3]! } : undefined;
  return { gradient: command[at]!, hessian: command[at + 1]!, masked: command[at + 4] === 1, bounds };
}
