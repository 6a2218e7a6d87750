import { isUnsupervised, LearnError, predictsValues, type Task } from '@trainyard/data';
import type { Imputation, Preprocessing, Scaling } from '@trainyard/features';
import { findModel, type ModelDefinition, onlyUnsupervised, resolveParameters } from '@trainyard/models';
import { validateGates } from '@trainyard/validation';
import { planSequence, type SequencePlan } from './plan-sequence.js';
import { planValidation, type ValidationPlan } from './plan-validation.js';
import { optionUnsupported as unsupported, parameterWrong as wrong } from './refusals.js';
import type { PreprocessingRequest, TrainRequest } from './request.js';

/** The model that `auto` stands for: the strongest single one on tables of mixed columns. */
export const AUTO_MODEL = 'lightgbm';
/** And for the tasks that it does not do. */
const AUTO_MODELS: Readonly<Record<string, string>> = {
  clustering: 'kmeans',
  anomaly: 'autoencoder',
  forecast: 'lstm',
};

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
  /** Present where samples are windows of rows. */
  readonly sequence?: SequencePlan;
  /** Absent when a task without a target was given none; otherwise it is compared with, and never learnt from. */
  readonly target?: string;
  /** Where several columns are predicted at once; `target` is the first. */
  readonly targets?: readonly string[];
  /** What was chosen for the user, in sentences. */
  readonly decisions: readonly string[];
}

/**
 * Checks a request and decides what follows from it alone. Throws LearnError: MODEL_UNKNOWN, PARAMETER_UNKNOWN,
 * PARAMETER_INVALID, TASK_UNSUPPORTED, OPTION_UNSUPPORTED, TARGET_MISSING, METRIC_UNKNOWN.
 */
export function planTraining(request: TrainRequest): TrainPlan {
  refuseUnsupported(request);
  const decisions: string[] = [];
  const definition = chooseModel(request, decisions);
  const targets = planTargets(request, definition);
  const task = targets.length > 1 ? 'regression' : chooseTask(request, definition, decisions);
  const sequence = planSequence(request, definition, task);
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
  const [target] = targets;
  if (!target && !isUnsupervised(task)) {
    const words =
      'Name the column to predict in dataset.target, or ask for task "clustering" or "anomaly", which need none.';
    throw new LearnError('TARGET_MISSING', words, { field: 'dataset.target' });
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
    ...(sequence ? { sequence } : {}),
    ...(target ? { target } : {}),
    ...(targets.length > 1 ? { targets } : {}),
    decisions,
  };
}

/** The columns to predict. Throws PARAMETER_INVALID, TASK_UNSUPPORTED. */
function planTargets({ dataset, task }: TrainRequest, definition: ModelDefinition): readonly string[] {
  const several = dataset.targets ?? [];
  if (several.length === 0) return dataset.target ? [dataset.target] : [];
  if (dataset.target) throw wrong('dataset.targets', 'and dataset.target are both given: give one of them.');
  if (new Set(several).size < several.length) throw wrong('dataset.targets', 'names a column twice.');
  if (several.length === 1) return several;
  if (task != null && task !== 'auto' && task !== 'regression') {
    throw wrong(
      'dataset.targets',
      `names ${several.length} columns, but the task ${task} predicts one: use dataset.target.`,
    );
  }
  if (!definition.multiOutput) {
    const words = `Model "${definition.name}" predicts one column, and dataset.targets names ${several.length}: choose a network such as mlp.`;
    throw new LearnError('TASK_UNSUPPORTED', words, { field: 'dataset.targets' });
  }
  return several;
}

function refuseUnsupported(request: TrainRequest): void {
  if (request.symbol != null) throw unsupported('symbol', 'is not supported yet: leave it out.');
  if (request.dataset.scenario != null) throw unsupported('dataset.scenario', 'is not supported yet: leave it out.');
}

function chooseModel(request: TrainRequest, decisions: string[]): ModelDefinition {
  const asked = request.model ?? 'auto';
  const names = typeof asked === 'string' ? [asked] : asked;
  if (names.length !== 1) {
    throw unsupported('model', `lists ${names.length} models, but one training fits one: ask for each by itself.`);
  }
  if (names[0] !== 'auto') return findModel(names[0]!);
  const several = (request.dataset.targets?.length ?? 0) > 1;
  const chosen = several ? 'mlp' : (AUTO_MODELS[request.task ?? ''] ?? AUTO_MODEL);
  decisions.push(`model "auto" is ${chosen}.`);
  return findModel(chosen);
}

function chooseTask({ task = 'auto' }: TrainRequest, definition: ModelDefinition, decisions: string[]): Task | 'auto' {
  if (task === null || task === 'auto') {
    const only = onlyUnsupervised(definition.name);
    if (only === undefined) return 'auto';
    decisions.push(`task "auto" is ${only}: that is what ${definition.name} does.`);
    return only;
  }
  if (!isTask(task)) {
    const words = `The task "${task}" is not supported. Use auto, binary, multiclass, regression, forecast, clustering or anomaly.`;
    throw new LearnError('TASK_UNSUPPORTED', words, { field: 'task' });
  }
  checkModelTask(definition, task);
  return task;
}

const isTask = (task: string): task is Task =>
  task === 'binary' || task === 'multiclass' || predictsValues(task) || isUnsupervised(task);

/** Throws TASK_UNSUPPORTED when the model does not do the task. */
export function checkModelTask(definition: ModelDefinition, task: Task): void {
  if (definition.tasks.includes(task)) return;
  const words = `Model "${definition.name}" does ${definition.tasks.join(', ')}, but the task is ${task}. Choose another model.`;
  throw new LearnError('TASK_UNSUPPORTED', words, { field: 'model' });
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
