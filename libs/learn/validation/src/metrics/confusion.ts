/** Row-major `k x k`: the weight of rows of class i (rows) that were predicted as class j (columns). */
export function confusionMatrix(
  yTrue: Float64Array,
  predicted: Float64Array,
  classes: number,
  weight?: Float64Array,
): Float64Array {
  const matrix = new Float64Array(classes * classes);
  for (let i = 0; i < yTrue.length; i++)
    matrix[yTrue[i]! * classes + predicted[i]!]! += weight === undefined ? 1 : weight[i]!;
  return matrix;
}

interface ClassTotals {
  readonly hits: Float64Array;
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  readonly total: number;
}

function totals(matrix: Float64Array): ClassTotals {
  const k = Math.sqrt(matrix.length);
  const hits = new Float64Array(k);
  const actual = new Float64Array(k);
  const predicted = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    hits[i] = matrix[i * k + i]!;
    for (let j = 0; j < k; j++) {
      actual[i]! += matrix[i * k + j]!;
      predicted[j]! += matrix[i * k + j]!;
    }
  }
  return { hits, actual, predicted, total: actual.reduce((a, b) => a + b, 0) };
}

const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * The metrics that follow from the confusion matrix. `precision`, `recall` and `f1` are those of class 1 for two classes
 * and the plain mean over classes (macro) for more; the `_macro` ones are always the mean. A class without rows or
 * predictions counts 0, as scikit-learn's `zero_division=0`, but is left out when it occurs in neither.
 */
export function confusionMetrics(matrix: Float64Array): Record<string, number> {
  const { hits, actual, predicted, total } = totals(matrix);
  const present = [...actual.keys()].filter((c) => actual[c]! > 0 || predicted[c]! > 0);
  const precisions = present.map((c) => ratio(hits[c]!, predicted[c]!));
  const recalls = present.map((c) => ratio(hits[c]!, actual[c]!));
  const f1s = present.map((c) => ratio(2 * hits[c]!, actual[c]! + predicted[c]!));
  const macro = { precision: mean(precisions), recall: mean(recalls), f1: mean(f1s) };
  const positive = {
    precision: ratio(hits[1]!, predicted[1]!),
    recall: ratio(hits[1]!, actual[1]!),
    f1: ratio(2 * hits[1]!, actual[1]! + predicted[1]!),
  };
  const correct = hits.reduce((a, b) => a + b, 0);
  return {
    accuracy: correct / total,
    balanced_accuracy: mean([...actual.keys()].filter((c) => actual[c]! > 0).map((c) => hits[c]! / actual[c]!)),
    ...(hits.length === 2 ? positive : macro),
    precision_macro: macro.precision,
    recall_macro: macro.recall,
    f1_macro: macro.f1,
    mcc: matthews(correct, total, actual, predicted),
  };
}

/** Matthews' correlation for any number of classes (Gorodkin 2004); 0 when either side is constant. */
function matthews(correct: number, total: number, actual: Float64Array, predicted: Float64Array): number {
  let covariance = correct * total;
  let actualSpread = total * total;
  let predictedSpread = total * total;
  for (let c = 0; c < actual.length; c++) {
    covariance -= actual[c]! * predicted[c]!;
    actualSpread -= actual[c]! ** 2;
    predictedSpread -= predicted[c]! ** 2;
  }
  const spread = Math.sqrt(actualSpread * predictedSpread);
  return spread > 0 ? covariance / spread : 0;
}
