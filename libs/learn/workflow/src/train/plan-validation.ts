import { SPLIT_STRATEGIES, type SplitStrategy } from '@trainyard/data';
import { optionUnsupported as unsupported, parameterWrong as wrong } from './refusals.js';
import type { TrainRequest, ValidationRequest } from './request.js';

export interface ValidationPlan {
  readonly strategy: SplitStrategy;
  readonly testSize: number;
  readonly validationSize: number;
  /** Set when the strategy cross-validates. */
  readonly folds?: number;
  readonly shuffle?: boolean;
  readonly gap?: number;
  readonly purge?: number;
  readonly embargo?: number;
  readonly window?: number;
}

function share(value: number | null | undefined, field: string, zeroAllowed: boolean): number {
  const given = value ?? 0.2;
  if (given < 1 && (given > 0 || (zeroAllowed && given === 0))) return given;
  throw wrong(
    field,
    `is ${given}, but must be a share of the rows ${zeroAllowed ? 'from 0 to' : 'between 0 and'} below 1, such as 0.2.`,
  );
}

function wholeNumber(value: number | null | undefined, field: string, least: number): number | undefined {
  if (value == null) return undefined;
  if (Number.isInteger(value) && value >= least) return value;
  throw wrong(field, `is ${value}, but must be a whole number >= ${least}.`);
}

/** Settles how the rows are split. `decisions` gets what `auto` became. Throws PARAMETER_INVALID, OPTION_UNSUPPORTED. */
export function planValidation({ validation, dataset }: TrainRequest, decisions: string[]): ValidationPlan {
  const given: ValidationRequest = validation ?? {};
  const asked = given.strategy ?? 'auto';
  const folds = wholeNumber(given.folds, 'validation.folds', 2);
  let strategy = asked as SplitStrategy;
  if (asked === 'auto') {
    strategy = dataset.time ? 'time_series' : dataset.group ? 'group' : folds === undefined ? 'holdout' : 'kfold';
    decisions.push(`validation strategy "auto" is ${strategy}.`);
  } else if (!(SPLIT_STRATEGIES as readonly string[]).includes(asked)) {
    throw unsupported('validation.strategy', `"${asked}" is not supported. Use auto, ${SPLIT_STRATEGIES.join(', ')}.`);
  }
  if (strategy === 'holdout' && folds !== undefined) {
    throw wrong('validation.folds', 'does nothing with the strategy "holdout": choose kfold, or leave it out.');
  }
  // A time order alone asks for one cut; folds ask for several. The other strategies exist to cross-validate.
  const foldsByDefault = asked !== 'auto' && strategy !== 'holdout' && strategy !== 'time_series' ? 5 : undefined;
  const used = folds ?? foldsByDefault;
  const numbers = {
    gap: wholeNumber(given.gap, 'validation.gap', 0),
    purge: wholeNumber(given.purge, 'validation.purge', 0),
    embargo: wholeNumber(given.embargo, 'validation.embargo', 0),
    window: wholeNumber(given.window, 'validation.window', 1),
  };
  refuseIdle(numbers, strategy, used);
  return {
    strategy,
    testSize: share(given.testSize, 'validation.testSize', false),
    validationSize: share(given.validationSize, 'validation.validationSize', true),
    ...(used === undefined ? {} : { folds: used }),
    ...(given.shuffle == null ? {} : { shuffle: given.shuffle }),
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
  };
}

/** A number that the strategy would not look at is a misunderstanding, so it is refused. */
function refuseIdle(numbers: Record<string, number | undefined>, strategy: SplitStrategy, folds?: number): void {
  const usedBy: Record<string, readonly SplitStrategy[]> = {
    gap: ['time_series', 'walk_forward'],
    purge: ['purged'],
    embargo: ['purged'],
    window: ['walk_forward'],
  };
  for (const [name, value] of Object.entries(numbers)) {
    if (value === undefined || (usedBy[name]!.includes(strategy) && folds !== undefined)) continue;
    throw unsupported(
      `validation.${name}`,
      `is used by ${usedBy[name]!.join(' and ')} with folds, not by ${strategy}: leave it out.`,
    );
  }
}
