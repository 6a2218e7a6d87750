import type { ObliviousLoss } from '@trainyard/kernels';

/** Slopes of the log learning rate by log rows and log iterations, and its constant at 1 row and 1000 iterations. */
interface Coefficients {
  readonly rows: number;
  readonly iterations: number;
  readonly constant: number;
}

/** What CatBoost 1.2.10 chooses, without a validation set and with one. */
const COEFFICIENTS: Partial<Record<ObliviousLoss, { readonly alone: Coefficients; readonly validated: Coefficients }>> =
  {
    logistic: {
      alone: { rows: 0.427, iterations: -0.917, constant: -7.525 },
      validated: { rows: 0.247, iterations: -0.435, constant: -5.158 },
    },
    softmax: {
      alone: { rows: 0.051, iterations: -0.845, constant: -2.889 },
      validated: { rows: 0.02, iterations: -0.382, constant: -2.364 },
    },
    squared: {
      alone: { rows: 0.158, iterations: -0.813, constant: -4.287 },
      validated: { rows: 0.157, iterations: -0.61, constant: -4.062 },
    },
  };

const DEFAULT_RATE = 0.03;
const LARGEST_RATE = 0.5;

/** The learning rate CatBoost chooses: higher for more rows and fewer iterations, at most 0.5; 0.03 for rarer losses and for one of the caller's own. */
export function chooseLearningRate(
  loss: ObliviousLoss | undefined,
  rows: number,
  iterations: number,
  validated: boolean,
): number {
  const found = loss && COEFFICIENTS[loss];
  if (found === undefined) return DEFAULT_RATE;
  const { rows: slope, iterations: decay, constant } = validated ? found.validated : found.alone;
  const rate = Math.exp(slope * Math.log(rows) + decay * Math.log(iterations / 1000) + constant);
  return Math.min(LARGEST_RATE, Math.round(rate * 1e6) / 1e6);
}
