import type { BoostingKernels } from './kernels.js';
import type { Layout } from './layout.js';

/** The losses that have kernels. */
export const LOSS = {
  logistic: 0,
  softmax: 1,
  squared: 2,
  absolute: 3,
  quantile: 4,
  huber: 5,
  pseudoHuber: 6,
  poisson: 7,
  gamma: 8,
  tweedie: 9,
} as const;
export type LossKind = keyof typeof LOSS;

/** A loss and the one number it depends on. */
export interface Loss {
  readonly kind: LossKind;
  /**
   * logistic, softmax: the factor of the hessian p (1 - p); quantile: the share of targets below the prediction; huber,
   * pseudoHuber: where the loss turns from a square to a line; poisson: the factor of the hessian exp(score); tweedie: the
   * power of the variance, in (1, 2); others: not used.
   */
  readonly parameter: number;
}

/** Weighted sum of the losses of rows [from, to) at their scores; for classes it also leaves their norms for the gradients. */
export function sumLosses(
  kernels: BoostingKernels,
  layout: Layout,
  ...[from, to, kind, parameter]: [from: number, to: number, kind: number, parameter: number]
): number {
  const { scores, labels, weights, norms, shape } = layout;
  switch (kind) {
    case LOSS.logistic:
      return kernels.lossLogistic(from, to, scores, labels, weights, norms);
    case LOSS.softmax:
      return kernels.lossSoftmax(from, to, shape.rows, shape.outputs, scores, labels, weights, norms);
    case LOSS.absolute:
      return kernels.lossQuantile(from, to, scores, labels, weights, 1, 1);
    case LOSS.quantile:
      return kernels.lossQuantile(from, to, scores, labels, weights, 1 - parameter, parameter);
    case LOSS.huber:
      return kernels.lossHuber(from, to, scores, labels, weights, parameter);
    case LOSS.pseudoHuber:
      return kernels.lossPseudoHuber(from, to, scores, labels, weights, parameter);
    case LOSS.poisson:
      return kernels.lossPoisson(from, to, scores, labels, weights);
    case LOSS.gamma:
      return kernels.lossGamma(from, to, scores, labels, weights);
    case LOSS.tweedie:
      return kernels.lossTweedie(from, to, scores, labels, weights, parameter);
    default:
      return kernels.lossSquared(from, to, scores, labels, weights);
  }
}

/** Gradient pairs of one output for rows [from, to), written to `pairs`. Classes need the norms that `sumLosses` left. */
export function writeGradients(
  kernels: BoostingKernels,
  layout: Layout,
  ...[from, to, kind, output, parameter, pairs]: [
    ...[from: number, to: number, kind: number, output: number, parameter: number],
    pairs: number,
  ]
): void {
  const { labels, weights, norms, shape } = layout;
  const scores = layout.scores + output * shape.rows * 4;
  switch (kind) {
    case LOSS.logistic:
      kernels.gradientLog(from, to, scores, labels, weights, norms, 1, parameter, pairs);
      break;
    case LOSS.softmax:
      kernels.gradientLog(from, to, scores, labels, weights, norms, output, parameter, pairs);
      break;
    case LOSS.absolute:
      kernels.gradientQuantile(from, to, scores, labels, weights, 1, 1, 0, pairs);
      break;
    case LOSS.quantile:
      kernels.gradientQuantile(from, to, scores, labels, weights, 1 - parameter, parameter, 1 - parameter, pairs);
      break;
    case LOSS.huber:
      kernels.gradientHuber(from, to, scores, labels, weights, parameter, pairs);
      break;
    case LOSS.pseudoHuber:
      kernels.gradientPseudoHuber(from, to, scores, labels, weights, parameter, pairs);
      break;
    case LOSS.poisson:
      kernels.gradientPoisson(from, to, scores, labels, weights, parameter, pairs);
      break;
    case LOSS.gamma:
      kernels.gradientGamma(from, to, scores, labels, weights, pairs);
      break;
    case LOSS.tweedie:
      kernels.gradientTweedie(from, to, scores, labels, weights, parameter, pairs);
      break;
    default:
      kernels.gradientSquared(from, to, scores, labels, weights, pairs);
      break;
  }
}
