import { holdoutFor, LearnError, type Split } from '@trainyard/data';
import { withoutSharedSteps } from './forecast-overlap.js';
import type { TrainPlan } from './plan.js';
import type { PreparedData } from './prepare.js';

export interface Parts {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/** Splits off the validation share: within the given rows, in the way of the strategy. */
export function validationSplit(data: PreparedData, plan: TrainPlan, rows: Uint32Array): Split {
  const { validationSize } = plan.validation;
  if (validationSize === 0) return { train: rows, test: new Uint32Array(0) };
  const split = holdoutFor(rows, data.keys, { ...plan.validation, testSize: validationSize, seed: plan.seed + 1 });
  return withoutSharedSteps(data, plan, split);
}

/** Test rows first, then validation rows from what is left: 64 / 16 / 20 per cent by default. */
export function splitRows(data: PreparedData, plan: TrainPlan): Parts {
  const whole = holdoutFor(data.rows, data.keys, { ...plan.validation, seed: plan.seed });
  const { train: rest, test } = withoutSharedSteps(data, plan, whole);
  const { train, test: validation } = validationSplit(data, plan, rest);
  if (train.length === 0) {
    const words = 'No window is left to train on: take a smaller horizon, smaller shares to test on, or more rows.';
    throw new LearnError('TOO_FEW_ROWS', words, { field: 'horizon' });
  }
  if (data.classes) checkClasses(data, train);
  return { train, validation, test };
}

function checkClasses({ y, target }: PreparedData, train: Uint32Array): void {
  const first = y[train[0]!];
  if (train.some((row) => y[row] !== first)) return;
  const words = `All ${train.length} training rows have the same "${target}": use more rows, or another validation strategy.`;
  throw new LearnError('TARGET_ONE_CLASS', words, { column: target });
}
