import type { SgdLossName } from './sgd-parameters.js';

/** The loss of a score against a target (-1 or 1 in classification), and its derivative by the score. */
export interface SgdLoss {
  value(target: number, score: number): number;
  slope(target: number, score: number): number;
}

function hinge(threshold: number): SgdLoss {
  return {
    value: (y, p) => Math.max(0, threshold - y * p),
    slope: (y, p) => (y * p <= threshold ? -y : 0),
  };
}

/** The losses of scikit-learn's stochastic gradient descent. `epsilon` is where huber and the insensitive ones bend. */
export function sgdLoss(name: SgdLossName, epsilon: number): SgdLoss {
  switch (name) {
    case 'hinge':
      return hinge(1);
    case 'perceptron':
      return hinge(0);
    case 'squared_hinge':
      return {
        value: (y, p) => Math.max(0, 1 - y * p) ** 2,
        slope: (y, p) => -2 * y * Math.max(0, 1 - y * p),
      };
    case 'log_loss':
      return {
        value: (y, p) => (y * p > 0 ? Math.log1p(Math.exp(-y * p)) : Math.log1p(Math.exp(y * p)) - y * p),
        slope: (y, p) => -y / (1 + Math.exp(y * p)),
      };
    case 'modified_huber':
      return {
        value: (y, p) => (y * p < -1 ? -4 * y * p : Math.max(0, 1 - y * p) ** 2),
        slope: (y, p) => (y * p < -1 ? -4 * y : -2 * y * Math.max(0, 1 - y * p)),
      };
    case 'squared_error':
      return { value: (y, p) => 0.5 * (p - y) ** 2, slope: (y, p) => p - y };
    case 'huber':
      return {
        value: (y, p) => {
          const size = Math.abs(p - y);
          return size <= epsilon ? 0.5 * size * size : epsilon * (size - 0.5 * epsilon);
        },
        slope: (y, p) => Math.max(-epsilon, Math.min(epsilon, p - y)),
      };
    case 'epsilon_insensitive':
      return {
        value: (y, p) => Math.max(0, Math.abs(p - y) - epsilon),
        slope: (y, p) => (Math.abs(p - y) > epsilon ? Math.sign(p - y) : 0),
      };
    case 'squared_epsilon_insensitive':
      return {
        value: (y, p) => Math.max(0, Math.abs(p - y) - epsilon) ** 2,
        slope: (y, p) => 2 * Math.sign(p - y) * Math.max(0, Math.abs(p - y) - epsilon),
      };
  }
}
