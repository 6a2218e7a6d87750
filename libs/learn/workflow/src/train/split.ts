import { holdoutFor, LearnError, type Split } from '@trainyard/data';
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
  return holdoutFor(rows, data.keys, { ...plan.validation, testSize: validationSize, seed: plan.seed + 1 });
}

/** Test rows first, then validation rows from what is left: 64 / 16 / 20 per cent by default. */
export function splitRows(data: PreparedData, plan: TrainPlan): Parts {
  const { train: rest, test } = holdoutFor(data.rows, data.keys, { ...plan.validation, seed: plan.seed });
  const { train, test: validation } = validationSplit(data, plan, rest);
  if (data.classes) checkClasses(data, train);
  return { train, validation, test };
}

function checkClasses({ y, target }: PreparedData, train: Uint32Array): void {
  const first = y[train[0]!];
  if (train.some((row) => y[row] !== first)) return;
  const words = `All ${train.length} training rows have the same "${target}": use more rows, or another validation strategy.`;
  throw new LearnError('TARGET_ONE_CLASS', words, { column: target });
}
