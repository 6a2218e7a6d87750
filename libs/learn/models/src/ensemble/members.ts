import { LearnError, type Task } from '@trainyard/data';
import type { ModelDefinition } from '../model.js';
import { MEMBER_SEPARATOR, resolveParameters } from '../parameters.js';
import { findModel } from '../registry.js';

/** One model of an ensemble before it is fitted. */
export interface MemberSpec {
  /** What its parameters are addressed by: `<name>__<parameter>`. */
  readonly name: string;
  readonly definition: ModelDefinition;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Members when none are named: strong, and different from each other. */
export const DEFAULT_ESTIMATORS = {
  binary: ['lightgbm', 'random_forest', 'logistic'],
  multiclass: ['lightgbm', 'random_forest', 'logistic'],
  regression: ['lightgbm', 'random_forest', 'ridge'],
} as const;

const MOST_MEMBERS = 64;

const wrong = (field: string, what: string) => new LearnError('PARAMETER_INVALID', `${field} ${what}`, { field });

/**
 * The members that `estimators` names, each `model` or `name=model`, with the parameters given as `<name>__<parameter>`.
 * Throws MODEL_UNKNOWN, TASK_UNSUPPORTED, PARAMETER_UNKNOWN or PARAMETER_INVALID naming the field.
 */
export function membersOf(
  params: Readonly<Record<string, unknown>>,
  estimators: readonly string[],
  task: Task,
  others: readonly string[] = [],
): MemberSpec[] {
  if (estimators.length === 0 || estimators.length > MOST_MEMBERS) {
    throw wrong('params.estimators', `names ${estimators.length} models, but must name 1 to ${MOST_MEMBERS}.`);
  }
  const members = estimators.map((estimator) => memberOf(params, estimator, task, 'params.estimators'));
  const names = members.map(({ name }) => name);
  for (const name of names) {
    if (names.indexOf(name) === names.lastIndexOf(name)) continue;
    throw wrong('params.estimators', `has "${name}" twice: call them apart, as in "a=${name}", "b=${name}".`);
  }
  const known = [...names, ...others];
  for (const key of Object.keys(params)) {
    if (!key.includes(MEMBER_SEPARATOR)) continue;
    const owner = key.slice(0, key.indexOf(MEMBER_SEPARATOR));
    if (known.includes(owner)) continue;
    const words = `params.${key} is for a member "${owner}", but the members are ${known.join(', ')}.`;
    throw new LearnError('PARAMETER_UNKNOWN', words, { field: `params.${key}` });
  }
  return members;
}

/** One member by `model` or `name=model`; `as` replaces its name. */
export function memberOf(
  params: Readonly<Record<string, unknown>>,
  estimator: string,
  task: Task,
  field: string,
  as?: string,
): MemberSpec {
  const [first, second] = estimator.split('=', 2) as [string, string | undefined];
  const name = as ?? first;
  const definition = findModel(second ?? first);
  if (definition.family === 'ensemble') throw wrong(field, `names "${definition.name}", itself an ensemble.`);
  if (!/^[a-z][a-z0-9_]*$/.test(name) || name.includes(MEMBER_SEPARATOR)) {
    throw wrong(field, `calls a member "${name}", but names are small letters, digits and single underscores.`);
  }
  if (!definition.tasks.includes(task) || definition.input !== '2d') {
    const words = `${field} names "${definition.name}", which does ${definition.tasks.join(', ')}, but the task is ${task}.`;
    throw new LearnError('TASK_UNSUPPORTED', words, { field });
  }
  const prefix = `${name}${MEMBER_SEPARATOR}`;
  const own = Object.entries(params)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value]);
  return { name, definition, params: resolveParameters(definition, Object.fromEntries(own), `params.${prefix}`) };
}
