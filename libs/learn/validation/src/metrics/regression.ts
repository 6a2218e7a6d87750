/** The least value that mape divides by: scikit-learn's, the rounding error of 1. */
const LEAST_DIVISOR = Number.EPSILON;

/** rmse, mse, mae, mape (a fraction, not per cent), r2, median_absolute_error and max_error, as scikit-learn defines them. */
export function regressionMetrics(
  yTrue: Float64Array,
  predicted: Float64Array,
  weight?: Float64Array,
): Record<string, number> {
  const n = yTrue.length;
  const absolute = new Float64Array(n);
  let total = 0;
  let weightedSum = 0;
  let squares = 0;
  let absolutes = 0;
  let relatives = 0;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    const error = Math.abs(yTrue[i]! - predicted[i]!);
    absolute[i] = error;
    total += w;
    weightedSum += w * yTrue[i]!;
    squares += w * error * error;
    absolutes += w * error;
    relatives += (w * error) / Math.max(Math.abs(yTrue[i]!), LEAST_DIVISOR);
    largest = Math.max(largest, error);
  }
  const mean = weightedSum / total;
  let spread = 0;
  for (let i = 0; i < n; i++) spread += (weight === undefined ? 1 : weight[i]!) * (yTrue[i]! - mean) ** 2;
  return {
    rmse: Math.sqrt(squares / total),
    mse: squares / total,
    mae: absolutes / total,
    mape: relatives / total,
    r2: n < 2 ? Number.NaN : spread > 0 ? 1 - squares / spread : squares > 0 ? 0 : 1,
    median_absolute_error: median(absolute, weight),
    max_error: largest,
  };
}

/** The value with half of the weight on each side; the mean of two when the weight divides exactly between them. */
function median(values: Float64Array, weight?: Float64Array): number {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const total = weight === undefined ? values.length : weight.reduce((a, b) => a + b, 0);
  let below = 0;
  for (let i = 0; i < order.length; i++) {
    below += weight === undefined ? 1 : weight[order[i]!]!;
    if (below * 2 === total && i + 1 < order.length) return (values[order[i]!]! + values[order[i + 1]!]!) / 2;
    if (below * 2 > total) return values[order[i]!]!;
  }
  return values[order.at(-1)!]!;
}
