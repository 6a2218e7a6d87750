import { LearnError } from '@trainyard/data';
import type { ArtifactArray, ModelArtifact } from '../../artifact.js';
import { arrayOf } from '../../artifact-fields.js';

/**
 * Where a feature's bins come from. numericLow: 1 + the number of the column's cuts below the value, 0 for a missing one;
 * numericHigh: the same, a missing value lying above all cuts; oneHot and statistic: a table by category code.
 */
export const FEATURE_KIND = { numericLow: 0, numericHigh: 1, oneHot: 2, statistic: 3 } as const;

/** What trees are split on. Feature f's cuts are cuts[cutStart[f] .. cutStart[f + 1]), its table likewise. */
export interface Features {
  readonly column: Int32Array;
  readonly kind: Uint8Array;
  readonly cutStart: Int32Array;
  readonly cuts: Float32Array;
  readonly tableStart: Int32Array;
  /** Bins by category: entry 0 for a missing value, entry 1 for a category not seen, entry 2 + code for the others. */
  readonly table: Uint8Array;
}

/**
 * Oblivious trees: tree t has depth[t] splits, one a level, each of a feature and a bin. A row whose bin is above it (equal to
 * it when the feature is oneHot) has the level's bit set in its leaf. Leaf values lie tree by tree, leaf by leaf.
 */
export interface ObliviousTrees {
  readonly outputs: number;
  /** Scores before the first tree. */
  readonly init: Float64Array;
  readonly features: Features;
  readonly depth: Int32Array;
  readonly splitFeature: Int32Array;
  readonly splitBin: Uint8Array;
  readonly leafValue: Float32Array;
  /** Weight of the training rows in each leaf. */
  readonly leafWeight: Float32Array;
}

const FEATURE_ARRAYS = {
  column: Int32Array,
  kind: Uint8Array,
  cutStart: Int32Array,
  cuts: Float32Array,
  tableStart: Int32Array,
  table: Uint8Array,
} as const;
const TREE_ARRAYS = {
  init: Float64Array,
  depth: Int32Array,
  splitFeature: Int32Array,
  splitBin: Uint8Array,
  leafValue: Float32Array,
  leafWeight: Float32Array,
} as const;

export function treeArrays(trees: ObliviousTrees): Record<string, ArtifactArray> {
  const own = Object.keys(TREE_ARRAYS).map((name) => [name, trees[name as keyof typeof TREE_ARRAYS]]);
  const features = Object.keys(FEATURE_ARRAYS).map((name) => [
    name,
    trees.features[name as keyof typeof FEATURE_ARRAYS],
  ]);
  return Object.fromEntries([...own, ...features]);
}

/** Reads trees back. Throws ARTIFACT_INVALID unless they are sound: every index a prediction uses is inside its array. */
export function readTrees(artifact: ModelArtifact, columns: number): ObliviousTrees {
  const read = (types: Record<string, new (length: number) => ArtifactArray>): Record<string, ArtifactArray> =>
    Object.fromEntries(Object.entries(types).map(([name, type]) => [name, arrayOf(artifact, name, type)]));
  const features = read(FEATURE_ARRAYS) as unknown as Features;
  const own = read(TREE_ARRAYS) as unknown as Omit<ObliviousTrees, 'features' | 'outputs'>;
  const trees = { ...own, features, outputs: own.init.length };
  if (!featuresAreSound(features, columns) || !treesAreSound(trees)) {
    throw new LearnError('ARTIFACT_INVALID', `The trees of this "${artifact.format}" artifact are damaged.`);
  }
  return trees;
}

function featuresAreSound({ column, kind, cutStart, cuts, tableStart, table }: Features, columns: number): boolean {
  const n = column.length;
  const isStart = (start: Int32Array, end: number): boolean =>
    start.length === n + 1 &&
    start[0] === 0 &&
    start[n] === end &&
    start.every((at, f) => f === 0 || at >= start[f - 1]!);
  if (kind.length !== n || !isStart(cutStart, cuts.length) || !isStart(tableStart, table.length)) return false;
  for (let f = 0; f < n; f++) {
    if (!(column[f]! >= 0 && column[f]! < columns && kind[f]! <= FEATURE_KIND.statistic)) return false;
    if (cutStart[f + 1]! - cutStart[f]! > 255) return false;
    if (kind[f]! >= FEATURE_KIND.oneHot && tableStart[f + 1]! - tableStart[f]! < 2) return false;
    for (let i = cutStart[f]! + 1; i < cutStart[f + 1]!; i++) if (!(cuts[i]! > cuts[i - 1]!)) return false;
  }
  return true;
}

function treesAreSound(trees: ObliviousTrees): boolean {
  const { outputs, features, depth, splitFeature, splitBin, leafValue, leafWeight } = trees;
  if (outputs < 1 || splitBin.length !== splitFeature.length) return false;
  let splits = 0;
  let leaves = 0;
  for (const levels of depth) {
    if (!(levels >= 0 && levels <= 16)) return false;
    splits += levels;
    leaves += 2 ** levels;
  }
  if (splits !== splitFeature.length || leaves !== leafWeight.length || leaves * outputs !== leafValue.length)
    return false;
  return splitFeature.every((f, i) => {
    if (!(f >= 0 && f < features.column.length)) return false;
    const numeric = features.kind[f]! < FEATURE_KIND.oneHot;
    return !numeric || splitBin[i]! <= features.cutStart[f + 1]! - features.cutStart[f]!;
  });
}
