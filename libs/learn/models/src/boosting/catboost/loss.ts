import { type Dataset, LearnError, type SupervisedTask, type Task } from '@trainyard/data';
import type { ObliviousLoss } from '@trainyard/kernels';
import type { Link } from '../objectives/objective.js';
import type { CatBoostParams } from './parameters.js';

/** What is minimised, and where the scores begin. */
export interface Loss {
  readonly kind: ObliviousLoss;
  /** The quantile, Huber's delta or Tweedie's variance power; 0 for other losses. */
  readonly parameter: number;
  readonly outputs: number;
  /** Factor on the kernel's losses: MAE is twice the pinball loss of the median. */
  readonly factor: number;
  /** The score of every row before the first tree. */
  readonly init: Float64Array;
  /** Subtracted from targets and scores in training, so that f32 loses nothing to a large mean. */
  readonly offset: number;
  readonly link: Link;
}

type LossName = NonNullable<CatBoostParams['loss_function']>;

const KINDS: Record<LossName, ObliviousLoss> = {
  ...{ RMSE: 'squared', MAE: 'quantile', Quantile: 'quantile', Huber: 'huber', Poisson: 'poisson' },
  ...{ Tweedie: 'tweedie', Logloss: 'logistic', MultiClass: 'softmax' },
};

const OF_TASK: Record<SupervisedTask, LossName> = { regression: 'RMSE', binary: 'Logloss', multiclass: 'MultiClass' };

/** The loss of the task, or the one asked for. */
export function lossName({ loss_function }: CatBoostParams, task: Task): LossName {
  return loss_function ?? OF_TASK[task as SupervisedTask];
}

/** How scores become predictions. */
export function linkOf(params: CatBoostParams, task: Task): Link {
  const name = lossName(params, task);
  if (name === 'Logloss') return 'logistic';
  if (name === 'MultiClass') return 'softmax';
  return name === 'Poisson' || name === 'Tweedie' ? 'log' : 'identity';
}

/** For a loss of the caller's own: scores begin at 0, and are log-odds for a binary task. */
export function customLoss(params: CatBoostParams, task: Task): Loss {
  const link = task === 'binary' ? 'logistic' : linkOf(params, task);
  return { kind: 'squared', parameter: 0, outputs: 1, factor: 1, init: new Float64Array(1), offset: 0, link };
}

/** Throws PARAMETER_INVALID when the loss is not one of the task's. */
export function checkLoss(params: CatBoostParams, task: Task): void {
  const name = lossName(params, task);
  const wanted = name === 'Logloss' ? 'binary' : name === 'MultiClass' ? 'multiclass' : 'regression';
  if (wanted === task) return;
  throw new LearnError(
    'PARAMETER_INVALID',
    `params.loss_function "${name}" is for ${wanted} tasks; this one is ${task}.`,
    {
      field: 'params.loss_function',
    },
  );
}

/** The objective of a fit. `weight` is the weight of each row. Throws TARGET_NOT_NUMERIC for a target outside the loss's domain. */
export function chooseLoss(params: CatBoostParams, { task, y, classes }: Dataset, weight: Float64Array): Loss {
  const name = lossName(params, task);
  const kind = KINDS[name];
  if (kind === 'poisson' || kind === 'tweedie') checkNotNegative(y, name);
  const parameter =
    name === 'MAE'
      ? 0.5
      : ({ quantile: params.alpha, huber: params.delta, tweedie: params.variance_power }[kind as string] ?? 0);
  const outputs = kind === 'softmax' ? classes!.length : 1;
  const init = new Float64Array(outputs);
  if (params.boost_from_average ?? ['RMSE', 'MAE', 'Quantile'].includes(name))
    startAtBest(init, kind, parameter, y, weight);
  const usesOffset = kind === 'squared' || kind === 'quantile' || kind === 'huber';
  return {
    kind,
    parameter,
    outputs,
    factor: name === 'MAE' ? 2 : 1,
    init,
    offset: usesOffset ? init[0]! : 0,
    link: linkOf(params, task),
  };
}

function checkNotNegative(y: Float64Array, name: string): void {
  const row = y.findIndex((value) => !(value >= 0));
  if (row < 0) return;
  throw new LearnError(
    'TARGET_NOT_NUMERIC',
    `The target of row ${row + 1} is ${y[row]}, but ${name} needs values of 0 or more.`,
    {
      row: row + 1,
    },
  );
}

/** A share or mean is never taken as 0: its log would be infinite. */
const SMALLEST = 1e-15;

function startAtBest(
  init: Float64Array,
  kind: ObliviousLoss,
  parameter: number,
  y: Float64Array,
  weight: Float64Array,
): void {
  if (kind === 'quantile' || kind === 'huber') {
    init[0] = weightedQuantile(y, weight, kind === 'huber' ? 0.5 : parameter);
    return;
  }
  const total = weight.reduce((sum, w) => sum + w, 0);
  if (kind === 'softmax') {
    const shares = new Float64Array(init.length);
    y.forEach((label, i) => {
      shares[label]! += weight[i]! / total;
    });
    shares.forEach((share, c) => {
      init[c] = Math.log(Math.max(SMALLEST, share));
    });
    return;
  }
  const mean = y.reduce((sum, value, i) => sum + weight[i]! * value, 0) / total;
  const p = Math.min(1 - SMALLEST, Math.max(SMALLEST, mean));
  init[0] =
    kind === 'squared' ? mean : kind === 'logistic' ? Math.log(p / (1 - p)) : Math.log(Math.max(SMALLEST, mean));
}

/** The smallest value with at least the share `alpha` of the weight at or below it. */
export function weightedQuantile(values: ArrayLike<number>, weight: ArrayLike<number>, alpha: number): number {
  const order = Array.from({ length: values.length }, (_, i) => i).filter((i) => weight[i]! > 0);
  order.sort((a, b) => values[a]! - values[b]!);
  const total = order.reduce((sum, i) => sum + weight[i]!, 0);
  let below = 0;
  for (const i of order) {
    below += weight[i]!;
    if (below >= alpha * total * (1 - 1e-12)) return values[i]!;
  }
  return 0;
}

/** The loss of one row's scores, which begin at `from`. */
function lossAt({ kind, parameter, outputs }: Loss, scores: Float64Array, from: number, y: number): number {
  const s = scores[from]!;
  switch (kind) {
    case 'squared':
      return (s - y) ** 2;
    case 'logistic':
      return Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) - y * s;
    case 'quantile':
      return (y > s ? parameter : parameter - 1) * (y - s);
    case 'huber':
      return Math.abs(s - y) <= parameter ? 0.5 * (s - y) ** 2 : parameter * (Math.abs(s - y) - 0.5 * parameter);
    case 'poisson':
      return Math.exp(s) - y * s;
    case 'tweedie':
      return Math.exp((2 - parameter) * s) / (2 - parameter) - (y * Math.exp((1 - parameter) * s)) / (1 - parameter);
    default: {
      let top = s;
      for (let c = 1; c < outputs; c++) top = Math.max(top, scores[from + c]!);
      let sum = 0;
      for (let c = 0; c < outputs; c++) sum += Math.exp(scores[from + c]! - top);
      return top + Math.log(sum) - scores[from + y]!;
    }
  }
}

/** Weighted mean loss of row-major scores `n x outputs`. */
export function meanLoss(loss: Loss, { y, weight }: Dataset, scores: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    total += w;
    if (w > 0) sum += w * lossAt(loss, scores, i * loss.outputs, y[i]!);
  }
  return (loss.factor * sum) / total;
}
