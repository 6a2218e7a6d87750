import { type Dataset, LearnError } from '@trainyard/data';
import type { ObjectiveName } from './objective-settings.js';

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

/** Throws TARGET_OUT_OF_RANGE at the first target that the objective gives no likelihood. */
export function checkTargetRange({ y }: Dataset, objective: ObjectiveName): void {
  if (objective !== 'gamma' && objective !== 'poisson' && objective !== 'tweedie') return;
  const strict = objective === 'gamma';
  for (let i = 0; i < y.length; i++) {
    if (strict ? y[i]! > 0 : y[i]! >= 0) continue;
    throw new LearnError(
      'TARGET_OUT_OF_RANGE',
      `The target of row ${i + 1} is ${y[i]}, but the objective "${objective}" needs targets ${strict ? '> 0' : '>= 0'}.`,
      { row: i + 1 },
    );
  }
}
