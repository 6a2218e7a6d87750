import type { SupervisedTask } from '@trainyard/data';
import { LearnError } from '@trainyard/data';
import type { Predictions } from '@trainyard/models';
import { type ClusteredRows, clusterMetrics } from './metrics/clustering.js';
import { confusionMatrix, confusionMetrics } from './metrics/confusion.js';
import { type Curves, curvesOf } from './metrics/curves.js';
import { brier, logLoss, rankingMetrics, rankingOf } from './metrics/probability.js';
import { regressionMetrics } from './metrics/regression.js';

export interface Evaluation {
  /** By name, as in METRICS. A metric that these rows do not define (roc_auc of one class) is left out. */
  readonly metrics: Record<string, number>;
  /** `matrix[i][j]`: rows (or weight) of class i predicted as class j. */
  readonly confusionMatrix?: { readonly classes: readonly string[]; readonly matrix: number[][] };
  /** Of a binary classifier. */
  readonly curves?: Curves;
  /** Sentences on how metrics were taken, such as from a sample. */
  readonly notes?: readonly string[];
}

/** Above this many classes the k x k matrix is not worth its size. */
const MOST_MATRIX_CLASSES = 100;

function onlyDefined(metrics: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
}

/** Scores a clustering; `metrics` hold what `clusterMetrics` describes. Throws TOO_FEW_ROWS when there is nothing to score. */
export function evaluateClusters(rows: ClusteredRows): Evaluation {
  if (rows.values.length === 0 || rows.values.length !== rows.x.rows) {
    const words = `There are ${rows.x.rows} rows and ${rows.values.length} cluster numbers: give one for each of one row or more.`;
    throw new LearnError('TOO_FEW_ROWS', words);
  }
  const { metrics, notes } = clusterMetrics(rows);
  return { metrics: onlyDefined(metrics), ...(notes.length > 0 ? { notes } : {}) };
}

/**
 * Scores n predictions against the truth, with the field's metrics under scikit-learn's names and definitions.
 * `yTrue` holds class indices or values. Throws TOO_FEW_ROWS when there is nothing to score.
 */
export function evaluate(
  task: SupervisedTask,
  yTrue: Float64Array,
  predictions: Predictions,
  classes?: readonly string[],
  weight?: Float64Array,
): Evaluation {
  if (yTrue.length === 0 || predictions.values.length !== yTrue.length) {
    throw new LearnError(
      'TOO_FEW_ROWS',
      `There are ${yTrue.length} true values and ${predictions.values.length} predictions: give one prediction for each of one row or more.`,
    );
  }
  if (task === 'regression') return { metrics: onlyDefined(regressionMetrics(yTrue, predictions.values, weight)) };
  return evaluateClasses(yTrue, predictions, classes ?? [], weight);
}

function evaluateClasses(
  yTrue: Float64Array,
  { values, probabilities, classes: predictedClasses }: Predictions,
  names: readonly string[],
  weight?: Float64Array,
): Evaluation {
  const k = predictedClasses ?? names.length;
  const labels = Array.from({ length: k }, (_, c) => names[c] ?? String(c));
  const matrix = confusionMatrix(yTrue, values, k, weight);
  const table = {
    classes: labels,
    matrix: labels.map((_, i) => [...matrix.subarray(i * k, (i + 1) * k)]),
  };
  const base = { ...(k <= MOST_MATRIX_CLASSES ? { confusionMatrix: table } : {}) };
  if (probabilities === undefined) return { metrics: onlyDefined(confusionMetrics(matrix)), ...base };
  const positives = k === 2 ? [1] : labels.map((_, c) => c);
  const rankings = positives.map((positive) => rankingOf(yTrue, probabilities, k, positive, weight));
  const metrics = onlyDefined({
    ...confusionMetrics(matrix),
    ...rankingMetrics(rankings),
    log_loss: logLoss(yTrue, probabilities, k, weight),
    brier: brier(yTrue, probabilities, k, weight),
  });
  if (k !== 2) return { metrics, ...base };
  const positive = Float64Array.from(yTrue, (_, i) => probabilities[2 * i + 1]!);
  const curves = curvesOf(rankings[0]!, positive, (row) => yTrue[row] === 1, weight);
  return { metrics, ...base, ...(curves ? { curves } : {}) };
}
