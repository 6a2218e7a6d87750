import { LearnError, SPLIT_STRATEGIES, type SplitStrategy, type Task } from '@trainyard/data';
import type { Imputation, Preprocessing, Scaling } from '@trainyard/features';
import { findModel, type ModelDefinition, resolveParameters } from '@trainyard/models';
import { validateGates } from '@trainyard/validation';
import type { PreprocessingRequest, TrainRequest, ValidationRequest } from './request.js';

/** The model that `auto` stands for: the strongest single one on tables of mixed columns. */
export const AUTO_MODEL = 'lightgbm';

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

/** A request with every default filled in and every value checked, as far as that goes without the data. */
export interface TrainPlan {
  readonly request: TrainRequest;
  readonly definition: ModelDefinition;
  readonly params: Readonly<Record<string, unknown>>;
  readonly task: Task | 'auto';
  readonly validation: ValidationPlan;
  readonly preprocessing: Preprocessing;
  readonly earlyStopping?: { readonly rounds: number };
  readonly seed: number;
  readonly target: string;
  /** What was chosen for the user, in sentences. */
  readonly decisions: readonly string[];
}

const unsupported = (field: string, what: string) =>
  new LearnError('OPTION_UNSUPPORTED', `${field} ${what}`, { field });
const wrong = (field: string, what: string) => new LearnError('PARAMETER_INVALID', `${field} ${what}`, { field });

/**
 * Checks a request and decides what follows from it alone. Throws LearnError: MODEL_UNKNOWN, PARAMETER_UNKNOWN,
 * PARAMETER_INVALID, TASK_UNSUPPORTED, OPTION_UNSUPPORTED, TARGET_MISSING, METRIC_UNKNOWN.
 */
export function planTraining(request: TrainRequest): TrainPlan {
  refuseUnsupported(request);
  const decisions: string[] = [];
  const definition = chooseModel(request, decisions);
  const task = chooseTask(request, definition);
  const validation = planValidation(request, decisions);
  const seed = request.seed ?? 7;
  if (!Number.isSafeInteger(seed)) throw wrong('seed', `is ${seed}, but must be a whole number.`);
  const rounds = request.earlyStopping?.rounds;
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1)) {
    throw wrong('earlyStopping.rounds', `is ${rounds}, but must be a whole number >= 1.`);
  }
  if (rounds !== undefined && validation.validationSize === 0) {
    throw wrong(
      'validation.validationSize',
      'is 0, but early stopping needs validation rows: give it a share above 0.',
    );
  }
  if (request.gates) validateGates(request.gates, task === 'auto' ? undefined : task);
  const target = request.dataset.target;
  if (!target) {
    throw new LearnError('TARGET_MISSING', 'Name the column to predict in dataset.target.', {
      field: 'dataset.target',
    });
  }
  return {
    request,
    definition,
    params: resolveParameters(definition, request.params ?? {}),
    task,
    validation,
    preprocessing: planPreprocessing(request.preprocessing ?? {}, definition),
    ...(rounds === undefined ? {} : { earlyStopping: { rounds } }),
    seed,
    target,
    decisions,
  };
}

function refuseUnsupported(request: TrainRequest): void {
  for (const field of ['horizon', 'seqLen', 'symbol'] as const) {
    if (request[field] != null)
      throw unsupported(field, 'is for sequence models and forecasts, which are not supported yet: leave it out.');
  }
  if (request.dataset.scenario != null) throw unsupported('dataset.scenario', 'is not supported yet: leave it out.');
}

function chooseModel(request: TrainRequest, decisions: string[]): ModelDefinition {
  const asked = request.model ?? 'auto';
  const names = typeof asked === 'string' ? [asked] : asked;
  if (names.length !== 1) {
    throw unsupported('model', `lists ${names.length} models, but one training fits one: ask for each by itself.`);
  }
  if (names[0] !== 'auto') return findModel(names[0]!);
  decisions.push(`model "auto" is ${AUTO_MODEL}.`);
  return findModel(AUTO_MODEL);
}

function chooseTask({ task = 'auto' }: TrainRequest, definition: ModelDefinition): Task | 'auto' {
  if (task === null || task === 'auto') return 'auto';
  if (task !== 'binary' && task !== 'multiclass' && task !== 'regression') {
    const words = `The task "${task}" is not supported. Use auto, binary, multiclass or regression.`;
    throw new LearnError('TASK_UNSUPPORTED', words, { field: 'task' });
  }
  checkModelTask(definition, task);
  return task;
}

/** Throws TASK_UNSUPPORTED when the model does not do the task. */
export function checkModelTask(definition: ModelDefinition, task: Task): void {
  if (definition.tasks.includes(task)) return;
  const words = `Model "${definition.name}" does ${definition.tasks.join(', ')}, but the task is ${task}. Choose another model.`;
  throw new LearnError('TASK_UNSUPPORTED', words, { field: 'model' });
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

function planValidation({ validation, dataset }: TrainRequest, decisions: string[]): ValidationPlan {
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

function oneOf<T extends string>(
  value: string | null | undefined,
  choices: readonly T[],
  field: string,
): T | undefined {
  if (value == null) return undefined;
  if ((choices as readonly string[]).includes(value)) return value as T;
  throw wrong(field, `is "${value}", but must be one of ${choices.join(', ')}.`);
}

function planPreprocessing(given: PreprocessingRequest, { preprocessing }: ModelDefinition): Preprocessing {
  if (given.create?.length) throw unsupported('preprocessing.create', 'is not supported yet: leave it out.');
  if (given.select != null) throw unsupported('preprocessing.select', 'is not supported yet: leave it out.');
  const scaling = oneOf<Scaling>(given.scaling, ['none', 'standard', 'minmax', 'robust'], 'preprocessing.scaling');
  const encoding = oneOf(given.encoding, ['ordinal', 'onehot'] as const, 'preprocessing.encoding');
  const imputation = oneOf<Imputation>(
    given.imputation,
    ['none', 'mean', 'median', 'constant'],
    'preprocessing.imputation',
  );
  return {
    categories: encoding ?? preprocessing.categories,
    acceptsMissing: preprocessing.acceptsMissing,
    scaling: scaling ?? preprocessing.scaling,
    ...(imputation === undefined ? {} : { imputation }),
  };
}
