import { type Dataset, LearnError } from '@trainyard/data';
import type { LossKind } from '@trainyard/kernels';

/** What is minimised, and where it starts. */
export interface Objective {
  readonly loss: LossKind;
  /** Trees a round. */
  readonly outputs: number;
  /** Factor of the hessian: k / (k - 1) for k classes, as in LightGBM. */
  readonly factor: number;
  /** Score of every row before the first tree: the mean, the log-odds, or the log of each class's share. */
  readonly init: Float64Array;
  /** Subtracted from targets and scores in training, so that f32 loses nothing to a large mean. */
  readonly offset: number;
}

/** A share is never taken as 0: its log would be infinite. */
const SMALLEST_SHARE = 1e-15;

/** The objective of the task, started at the best constant. `weight` is the weight of each row. */
export function chooseObjective({ task, y, classes }: Dataset, weight: Float64Array): Objective {
  if (task === 'regression') {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      sum += weight[i]! * y[i]!;
      total += weight[i]!;
    }
    const mean = sum / total;
    return { loss: 'squared', outputs: 1, factor: 1, init: Float64Array.of(mean), offset: mean };
  }
  const k = classes!.length;
  const shares = new Float64Array(k);
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    shares[y[i]!]! += weight[i]!;
    total += weight[i]!;
  }
  const clip = (share: number): number => Math.min(1 - SMALLEST_SHARE, Math.max(SMALLEST_SHARE, share / total));
  if (task === 'binary') {
    const p = clip(shares[1]!);
    return { loss: 'logistic', outputs: 1, factor: 1, init: Float64Array.of(Math.log(p / (1 - p))), offset: 0 };
  }
  const init = shares.map((share) => Math.log(clip(share)));
  return { loss: 'softmax', outputs: k, factor: k / (k - 1), init, offset: 0 };
}

/** Throws TARGET_NOT_NUMERIC at the first target that is not a finite value or, for classes, not a class index. */
export function checkTarget({ task, y, classes }: Dataset): void {
  const k = task === 'binary' ? 2 : (classes?.length ?? 0);
  for (let i = 0; i < y.length; i++) {
    const value = y[i]!;
    if (task === 'regression' ? value - value === 0 : Number.isInteger(value) && value >= 0 && value < k) continue;
    const wanted = task === 'regression' ? 'a finite number' : `a class index from 0 to ${k - 1}`;
    throw new LearnError('TARGET_NOT_NUMERIC', `The target of row ${i + 1} is ${value}, but must be ${wanted}.`, {
      row: i + 1,
    });
  }
}

/** Mean weighted loss of row-major scores: log loss for classes, squared error for values. */
export function meanLoss({ task, y, weight }: Dataset, scores: Float64Array): number {
  const outputs = scores.length / y.length;
  let sum = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    const s = scores[i]!;
    total += w;
    if (task === 'regression') sum += w * (s - y[i]!) ** 2;
    else if (task === 'binary') sum += w * (Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) - y[i]! * s);
    else sum += w * (logSumExp(scores, i * outputs, outputs) - scores[i * outputs + y[i]!]!);
  }
  return sum / total;
}

function logSumExp(scores: Float64Array, from: number, n: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = from; i < from + n; i++) if (scores[i]! > largest) largest = scores[i]!;
  let sum = 0;
  for (let i = from; i < from + n; i++) sum += Math.exp(scores[i]! - largest);
  return largest + Math.log(sum);
}
