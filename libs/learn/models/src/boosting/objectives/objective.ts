import type { Dataset } from '@trainyard/data';
import type { Loss } from '@trainyard/kernels';
import type { CustomObjective } from '../../model.js';
import { bestConstant } from './best-constant.js';
import { type LeafQuantile, leafQuantileFor } from './leaf-quantile.js';
import { type ObjectiveSettings, objectiveNameFor } from './objective-settings.js';

/** How scores become predictions: as they are, exp(score), or probabilities. */
export type Link = 'identity' | 'log' | 'logistic' | 'softmax';

/** What is minimised, and where it starts. */
export interface Objective {
  readonly loss: Loss;
  /** Takes the place of `loss`. */
  readonly custom?: CustomObjective;
  readonly link: Link;
  /** Trees a round. */
  readonly outputs: number;
  /** Score of every row before the first tree. */
  readonly init: Float64Array;
  /** Subtracted from targets and scores in training, so that f32 loses nothing to a large mean. */
  readonly offset: number;
  /** Leaves hold this quantile of their rows' residuals in place of a Newton step. */
  readonly leafQuantile?: LeafQuantile;
}

const LINKS = { logistic: 'logistic', softmax: 'softmax', poisson: 'log', gamma: 'log', tweedie: 'log' } as const;

export function linkOf(name: string): Link {
  return LINKS[name as keyof typeof LINKS] ?? 'identity';
}

/** The objective of a fit. `weight` is the weight of each row; `init` continues from these scores (warm start). */
export function chooseObjective(
  data: Dataset,
  weight: Float64Array,
  settings: ObjectiveSettings,
  custom?: CustomObjective,
  init?: Float64Array,
): Objective {
  const name = objectiveNameFor(data.task, settings.name, null);
  const outputs = name === 'softmax' ? data.classes!.length : 1;
  if (custom !== undefined) {
    const start = init ?? new Float64Array(outputs).fill(settings.baseScore ?? 0);
    const link = linkOf(objectiveNameFor(data.task, null, null));
    return { loss: { kind: 'squared', parameter: 0 }, custom, link, outputs, init: start, offset: 0 };
  }
  const parameter = {
    ...{ squared: 0, absolute: 0, gamma: 0, logistic: 1, quantile: settings.quantile, tweedie: settings.tweediePower },
    ...{ huber: settings.huber, pseudoHuber: settings.huber, poisson: Math.exp(settings.poissonStep) },
    softmax: settings.softmaxFactor(outputs),
  }[name];
  const start = init ?? bestConstant(name, data, weight, settings);
  const link = linkOf(name);
  const leafQuantile = leafQuantileFor(name, settings, weight);
  return {
    ...{ loss: { kind: name, parameter }, link, outputs, init: start },
    offset: link === 'identity' ? start[0]! : 0,
    ...(leafQuantile ? { leafQuantile } : {}),
  };
}
