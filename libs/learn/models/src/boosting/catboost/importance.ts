import type { FeatureImportance } from '../../model.js';
import type { ObliviousTrees } from './oblivious-trees.js';

/**
 * CatBoost's PredictionValuesChange: how much predictions change when a split's outcome does, weighed by training rows, summed
 * over the splits of each column; `gain` sums to 100. `split` counts the splits.
 */
export function importanceOf(trees: ObliviousTrees, names: readonly string[]): FeatureImportance {
  const { outputs, features, depth, splitFeature, leafValue, leafWeight } = trees;
  const gain = new Float64Array(names.length);
  const split = new Float64Array(names.length);
  let at = 0;
  let first = 0;
  for (const levels of depth) {
    for (let level = 0; level < levels; level++) {
      const column = features.column[splitFeature[at + level]!]!;
      split[column]!++;
      for (let leaf = 0; leaf < 2 ** levels; leaf++) {
        if ((leaf >> level) & 1) continue;
        const other = first + leaf + 2 ** level;
        const [a, b] = [leafWeight[first + leaf]!, leafWeight[other]!];
        if (a + b === 0) continue;
        for (let c = 0; c < outputs; c++) {
          const difference = leafValue[(first + leaf) * outputs + c]! - leafValue[other * outputs + c]!;
          // (v1 - mean)^2 c1 + (v2 - mean)^2 c2 about the weighted mean.
          gain[column]! += (difference * difference * a * b) / (a + b);
        }
      }
    }
    at += levels;
    first += 2 ** levels;
  }
  const total = gain.reduce((sum, value) => sum + value, 0);
  return { names, gain: total > 0 ? gain.map((value) => (100 * value) / total) : gain, split };
}
