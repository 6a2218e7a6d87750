import { type Dataset, LearnError } from '@trainyard/data';
import type { ObjectiveName } from './objective-settings.js';

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
