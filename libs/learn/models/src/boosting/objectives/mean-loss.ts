import type { Dataset } from '@trainyard/data';
import type { Loss } from '@trainyard/kernels';

/** Mean weighted loss of row-major scores `n x outputs`, as the kernels define each loss. */
export function meanLoss({ y, weight }: Dataset, scores: Float64Array, loss: Loss): number {
  const outputs = scores.length / y.length;
  const lossOf = outputs > 1 ? undefined : LOSSES[loss.kind];
  let [sum, total] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    total += w;
    if (lossOf !== undefined) sum += w * lossOf(scores[i]!, y[i]!, loss.parameter);
    else sum += w * (logSumExp(scores, i * outputs, outputs) - scores[i * outputs + y[i]!]!);
  }
  return sum / total;
}

const LOSSES: Readonly<Record<Loss['kind'], (score: number, label: number, parameter: number) => number>> = {
  logistic: (s, y) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) - y * s,
  softmax: () => 0,
  squared: (s, y) => (s - y) ** 2,
  absolute: (s, y) => Math.abs(s - y),
  quantile: (s, y, share) => (s >= y ? (1 - share) * (s - y) : share * (y - s)),
  huber: (s, y, delta) => {
    const d = Math.abs(s - y);
    return d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta);
  },
  pseudoHuber: (s, y, delta) => delta * delta * (Math.sqrt(1 + ((s - y) / delta) ** 2) - 1),
  poisson: (s, y) => Math.exp(s) - y * s,
  gamma: (s, y) => y * Math.exp(-s) + s,
  tweedie: (s, y, power) => Math.exp((2 - power) * s) / (2 - power) - (y * Math.exp((1 - power) * s)) / (1 - power),
};

function logSumExp(scores: Float64Array, from: number, n: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = from; i < from + n; i++) if (scores[i]! > largest) largest = scores[i]!;
  let sum = 0;
  for (let i = from; i < from + n; i++) sum += Math.exp(scores[i]! - largest);
  return largest + Math.log(sum);
}
