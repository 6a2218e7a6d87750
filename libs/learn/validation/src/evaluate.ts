import type { SupervisedTask } from '@trainyard/data';
import { LearnError } from '@trainyard/data';
import type { Predictions } from '@trainyard/models';
import { type ClusteredRows, clusterMetrics } from './metrics/clustering.js';
import { confusionMatrix, confusionMetrics } from './metrics/confusion.js';
import { type Curves, curvesOf } from './metrics/curves.js';
import { brier, logLoss, rankingMetrics, rankingOf } from './metrics/probability.js';
import { rank } from './metrics/ranking.js';
import { regressionMetrics } from './metrics/regression.js';

export interface Evaluation {
  /** By name, as in METRICS. A metric that these rows do not define (roc_auc of one class) is left out. */
  readonly metrics: Record<string, number>;
  /** `matrix[i][j]`: rows (or weight) of class i predicted as class j. */
  readonly confusionMatrix?: { readonly classes: readonly string[]; readonly matrix: number[][] };
  /** Of a binary classifier. */
  readonly curves?: Curves;
  /** Of a model of several values a row: the metrics of each, of which `metrics` are the means. */
  readonly perOutput?: readonly { readonly output: string; readonly metrics: Readonly<Record<string, number>> }[];
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
 * Scores found anomalies: `mean_score` and `anomaly_share`, the share of rows that were found odd; against a `truth` (1 for an anomaly,
 * 0 for none, NaN where unknown) also the metrics of a binary classification that need no probabilities. Throws TOO_FEW_ROWS.
 */
export function evaluateAnomalies({ values, scores }: Predictions, truth?: Float64Array): Evaluation {
  const rows = values.length;
  if (rows === 0) throw new LearnError('TOO_FEW_ROWS', 'There is no row to look for anomalies in.');
  const mean = (all: Float64Array) => all.reduce((sum, value) => sum + value, 0) / rows;
  const alone = { ...(scores ? { mean_score: mean(scores) } : {}), anomaly_share: mean(values) };
  const known = Uint32Array.from(values.keys()).filter((row) => truth !== undefined && !Number.isNaN(truth[row]!));
  if (known.length === 0) return { metrics: alone };
  const at = (all: Float64Array) => Float64Array.from(known, (row) => all[row]!);
  const yTrue = at(truth!);
  const matrix = confusionMatrix(yTrue, at(values), 2);
  const ranking = scores ? rankingMetrics([rank(at(scores), (row) => yTrue[row] === 1)]) : {};
  const table = { classes: ['0', '1'], matrix: [0, 1].map((i) => [...matrix.subarray(2 * i, 2 * i + 2)]) };
  return { metrics: onlyDefined({ ...alone, ...confusionMetrics(matrix), ...ranking }), confusionMatrix: table };
}

/** Scores several values a row, row-major `n x outputs`: the metrics of each, and their means (scikit-learn's uniform average). */
function evaluateOutputs(
  outputs: readonly string[],
  yTrue: Float64Array,
  values: Float64Array,
  weight?: Float64Array,
): Evaluation {
  const column = (all: Float64Array, j: number) => all.filter((_, i) => i % outputs.length === j);
  const perOutput = outputs.map((output, j) => ({
    output,
    metrics: onlyDefined(regressionMetrics(column(yTrue, j), column(values, j), weight)),
  }));
  const names = Object.keys(perOutput[0]!.metrics).filter((name) => perOutput.every(({ metrics }) => name in metrics));
  const mean = (name: string) => perOutput.reduce((sum, { metrics }) => sum + metrics[name]!, 0) / outputs.length;
  return { metrics: Object.fromEntries(names.map((name) => [name, mean(name)])), perOutput };
}

/**
 * Scores n predictions against the truth, with the field's metrics under scikit-learn's names and definitions.
 * `yTrue` holds class indices or values; with `outputs`, the names of several values a row, row-major ones. Throws TOO_FEW_ROWS when there is nothing to score.
 */
export function evaluate(
  task: SupervisedTask | 'forecast',
  yTrue: Float64Array,
  predictions: Predictions,
  classes?: readonly string[],
  weight?: Float64Array,
  outputs?: readonly string[],
): Evaluation {
  if (yTrue.length === 0 || predictions.values.length !== yTrue.length) {
    throw new LearnError(
      'TOO_FEW_ROWS',
      `There are ${yTrue.length} true values and ${predictions.values.length} predictions: give one prediction for each of one row or more.`,
    );
  }
  if (outputs !== undefined) return evaluateOutputs(outputs, yTrue, predictions.values, weight);
  if (task === 'regression' || task === 'forecast')
    return { metrics: onlyDefined(regressionMetrics(yTrue, predictions.values, weight)) };
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
