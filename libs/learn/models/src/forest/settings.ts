import type { Dataset } from '@trainyard/data';
import { type ForestSettings, MOST_COUNTED } from '@trainyard/kernels';
import type { ForestParams } from './parameters.js';

/** What the kernels are told of the parameters, for `rows` rows that are trained on. `unit`: all row weights are 1. */
export function forestSettings(
  params: ForestParams,
  { task, classes, x }: Dataset,
  ...[rows, unit, randomThresholds]: [rows: number, unit: boolean, randomThresholds: boolean]
): ForestSettings {
  const classCount = task === 'regression' ? 0 : classes!.length;
  const { criterion, max_samples, class_weight } = params;
  const draws = params.bootstrap ? Math.max(1, countOf(max_samples ?? 1, rows)) : 0;
  const balancedSubsample = class_weight === 'balanced_subsample';
  const gini = criterion === null || criterion === 'gini';
  const counted = classCount <= MOST_COUNTED.classes && Math.max(rows, draws) <= MOST_COUNTED.rows;
  const counts = gini && unit && !balancedSubsample && counted;
  return {
    kind: classCount === 0 ? 'squares' : counts ? 'counts' : gini ? 'gini' : 'entropy',
    classes: classCount,
    maxFeatures: maxFeatures(params.max_features, x.cols, classCount === 0),
    maxDepth: params.max_depth ?? 0,
    minSamplesSplit: params.min_samples_split,
    minSamplesLeaf: params.min_samples_leaf,
    // Entropy is in bits to the user, as in scikit-learn, and in nats to the kernels.
    minImpurityDecrease: params.min_impurity_decrease * (gini || classCount === 0 ? 1 : Math.LN2),
    ...{ draws, randomThresholds, balancedSubsample },
  };
}

/** A share up to 1 of n, or a number above 1. */
const countOf = (value: number, n: number): number =>
  value <= 1 ? Math.round(value * n) : Math.min(n, Math.floor(value));

function maxFeatures(value: ForestParams['max_features'], cols: number, regression: boolean): number {
  const rule = value ?? (regression ? 'all' : 'sqrt');
  if (rule === 'all') return cols;
  if (rule === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(cols)));
  if (rule === 'log2') return Math.max(1, Math.floor(Math.log2(cols)));
  return Math.max(1, rule <= 1 ? Math.floor(rule * cols) : countOf(rule, cols));
}

/** The weight of each row: its sample weight and that of its class. */
export function forestWeights({ y, weight, classes }: Dataset, balanced: boolean): Float64Array {
  const weights = weight?.slice() ?? new Float64Array(y.length).fill(1);
  if (!balanced) return weights;
  const counts = new Float64Array(classes!.length);
  let rows = 0;
  for (let i = 0; i < y.length; i++) {
    if (weights[i]! === 0) continue;
    counts[y[i]!]!++;
    rows++;
  }
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  for (let i = 0; i < y.length; i++) weights[i]! *= rows / (present * counts[y[i]!]!);
  return weights;
}
