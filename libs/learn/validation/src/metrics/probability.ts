import { averagePrecision, type Ranking, rank, rocAuc } from './ranking.js';

/** Mean negative log of the true class's probability, which is kept 2.2e-16 away from 0 and 1 as scikit-learn does. */
export function logLoss(
  yTrue: Float64Array,
  probabilities: Float64Array,
  classes: number,
  weight?: Float64Array,
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    const p = probabilities[i * classes + yTrue[i]!]!;
    sum -= w * Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p)));
    total += w;
  }
  return sum / total;
}

/** Brier (1950): mean squared distance of the probabilities; for two classes of the second class alone (0..1). */
export function brier(
  yTrue: Float64Array,
  probabilities: Float64Array,
  classes: number,
  weight?: Float64Array,
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    for (let c = classes === 2 ? 1 : 0; c < classes; c++) {
      sum += w * (probabilities[i * classes + c]! - (yTrue[i] === c ? 1 : 0)) ** 2;
    }
    total += w;
  }
  return sum / total;
}

/** The ranking of rows by the probability of one class against all others. */
export function rankingOf(
  yTrue: Float64Array,
  probabilities: Float64Array,
  classes: number,
  positive: number,
  weight?: Float64Array,
): Ranking {
  const scores = new Float64Array(yTrue.length);
  for (let i = 0; i < scores.length; i++) scores[i] = probabilities[i * classes + positive]!;
  return rank(scores, (row) => yTrue[row] === positive, weight);
}

/**
 * ROC AUC and average precision: of class 1 for two classes, else the plain mean over classes of one against the rest
 * (ovr, macro), over the classes that occur. NaN where nothing can be ranked.
 */
export function rankingMetrics(rankings: readonly Ranking[]): { roc_auc: number; pr_auc: number } {
  const mean = (values: readonly number[]) => {
    const defined = values.filter((value) => !Number.isNaN(value));
    return defined.reduce((a, b) => a + b, 0) / defined.length;
  };
  return { roc_auc: mean(rankings.map(rocAuc)), pr_auc: mean(rankings.map(averagePrecision)) };
}
