import type { Dataset } from '@trainyard/data';
import { weightedValues } from './leaf-quantile.js';
import type { ObjectiveName, ObjectiveSettings } from './objective-settings.js';

/** A share is never taken as 0: its log would be infinite. */
const SMALLEST_SHARE = 1e-15;
/** The log of a mean, which is 0 where all targets are. */
const SMALLEST_MEAN = 1e-15;

const logOdds = (p: number): number => Math.log(p / (1 - p));
const clipShare = (share: number): number => Math.min(1 - SMALLEST_SHARE, Math.max(SMALLEST_SHARE, share));

/** Scores, one an output, before the first tree: `baseScore`, or the constant that both libraries start at. */
export function bestConstant(
  name: ObjectiveName,
  { y, classes }: Dataset,
  weight: Float64Array,
  settings: ObjectiveSettings,
): Float64Array {
  const { baseScore } = settings;
  switch (name) {
    case 'softmax': {
      const k = classes!.length;
      return baseScore !== null ? new Float64Array(k).fill(baseScore) : classShares(y, weight, k).map(Math.log);
    }
    case 'logistic':
      return Float64Array.of(logOdds(clipShare(baseScore ?? classShares(y, weight, 2)[1]!)));
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return Float64Array.of(Math.log(Math.max(SMALLEST_MEAN, baseScore ?? weightedMean(y, weight))));
    case 'absolute':
    case 'quantile':
      return Float64Array.of(
        baseScore ?? quantileOf(y, weight, name === 'absolute' ? 0.5 : settings.quantile, settings),
      );
    case 'pseudoHuber':
      return Float64Array.of(baseScore ?? pseudoHuberStep(y, weight, settings.huber));
    default:
      return Float64Array.of(baseScore ?? weightedMean(y, weight));
  }
}

function weightedMean(y: Float64Array, weight: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    sum += weight[i]! * y[i]!;
    total += weight[i]!;
  }
  return sum / total;
}

function classShares(y: Float64Array, weight: Float64Array, k: number): Float64Array {
  const shares = new Float64Array(k);
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    shares[y[i]!]! += weight[i]!;
    total += weight[i]!;
  }
  return shares.map((share) => clipShare(share / total));
}

function quantileOf(y: Float64Array, weight: Float64Array, share: number, settings: ObjectiveSettings): number {
  const values = weightedValues(weight, settings);
  for (let i = 0; i < y.length; i++) values.add(y[i]!, weight[i]!);
  return values.quantile(share);
}

/** One Newton step from 0, as XGBoost estimates base_score. */
function pseudoHuberStep(y: Float64Array, weight: Float64Array, delta: number): number {
  let [gradient, hessian] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    const square = 1 + (y[i]! / delta) ** 2;
    gradient += (weight[i]! * y[i]!) / Math.sqrt(square);
    hessian += weight[i]! / square ** 1.5;
  }
  return hessian > 0 ? gradient / hessian : 0;
}
