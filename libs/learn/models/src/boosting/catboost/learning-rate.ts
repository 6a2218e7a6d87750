import type { ObliviousLoss } from '@trainyard/kernels';

/** [rows, constant of rows, iterations, constant of iterations] of a linear model of log learning rates. */
type Coefficients = readonly [number, number, number, number];

/** CatBoost's published coefficients (catboost/private/libs/options/catboost_options.cpp) without a validation set, and with. */
const COEFFICIENTS: Partial<Record<ObliviousLoss, { readonly alone: Coefficients; readonly validated: Coefficients }>> =
  {
    logistic: { alone: [0.408, -7.299, -0.928, 2.701], validated: [0.246, -5.127, -0.451, 0.978] },
    softmax: { alone: [0.051, -2.889, -0.845, 2.928], validated: [0.02, -2.364, -0.382, 1.924] },
    squared: { alone: [0.158, -4.287, -0.813, 2.571], validated: [0.157, -4.062, -0.61, 1.557] },
  };

const DEFAULT_RATE = 0.03;
const LARGEST_RATE = 0.5;

/** The learning rate CatBoost chooses: higher for more rows and fewer iterations, at most 0.5; 0.03 for rarer losses. */
export function chooseLearningRate(loss: ObliviousLoss, rows: number, iterations: number, validated: boolean): number {
  const found = COEFFICIENTS[loss];
  if (found === undefined) return DEFAULT_RATE;
  const [rowSlope, rowConstant, slope, constant] = validated ? found.validated : found.alone;
  const at = (count: number): number => Math.exp(slope * Math.log(count) + constant);
  const rate = Math.exp(rowSlope * Math.log(rows) + rowConstant) * (at(iterations) / at(1000));
  return Math.min(LARGEST_RATE, Math.round(rate * 1e6) / 1e6);
}
