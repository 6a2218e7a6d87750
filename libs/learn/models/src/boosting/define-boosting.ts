import { LearnError, type Task } from '@trainyard/data';
import { defineModel } from '../definition.js';
import type { ModelDefinition, ParameterSchema, SearchSpace } from '../model.js';
import { BoostedTrees } from './boosted-trees.js';
import { type ObjectiveName, objectiveNameFor } from './objectives/objective-settings.js';
import type { BoostingSettings } from './settings.js';

/** A library's way of boosting: its parameters, and what they mean to the engine. */
export interface BoostingLibrary<Params> {
  readonly name: string;
  readonly params: ParameterSchema;
  readonly space: SearchSpace;
  /** Throws PARAMETER_INVALID. */
  readonly settingsOf: (params: Params) => BoostingSettings;
}

/** Defines a model of boosted trees. Its `create` throws PARAMETER_INVALID for parameters that the task has no use for. */
export function defineBoosting<
  Params extends { readonly objective: string | null; readonly scale_pos_weight: number },
>({ name, params: schema, space, settingsOf }: BoostingLibrary<Params>): ModelDefinition {
  const defaults = Object.fromEntries(Object.entries(schema).map(([key, parameter]) => [key, parameter.default]));
  return defineModel<Params>({
    name,
    family: 'boosting',
    input: '2d',
    tasks: ['binary', 'multiclass', 'regression'],
    preprocessing: { categories: 'ordinal', acceptsMissing: true, scaling: 'none' },
    params: schema,
    space,
    create: (params, task) => {
      const settings = settingsOf(params);
      checkTask(params, settings, task);
      return new BoostedTrees(name, params, task, settings);
    },
    // Models saved before a parameter existed were fitted with its default.
    load: (artifact) => BoostedTrees.load<Params>(artifact, (params) => settingsOf({ ...defaults, ...params })),
  });
}

function checkTask(
  params: { readonly objective: string | null },
  { objective, scalePositive, classWeight }: BoostingSettings,
  task: Task,
): void {
  checkBaseScore(objective.baseScore, objectiveNameFor(task, objective.name, params.objective));
  const refuse = (parameter: string, tasks: string): never => {
    const field = `params.${parameter}`;
    throw new LearnError('PARAMETER_INVALID', `${field} is for ${tasks} tasks only; this one is ${task}.`, { field });
  };
  if (scalePositive !== 1 && task !== 'binary') refuse('scale_pos_weight', 'binary');
  if (classWeight !== null && task === 'regression') refuse('class_weight', 'classification');
}

/** base_score is a probability or a mean where scores are log-odds or logs. */
function checkBaseScore(baseScore: number | null, objective: ObjectiveName): void {
  if (baseScore === null) return;
  const log = objective === 'poisson' || objective === 'gamma' || objective === 'tweedie';
  if (objective === 'logistic' ? baseScore > 0 && baseScore < 1 : !log || baseScore > 0) return;
  const range = log ? '> 0' : 'between 0 and 1';
  const field = 'params.base_score';
  throw new LearnError('PARAMETER_INVALID', `${field} is ${baseScore}, but for "${objective}" it must be ${range}.`, {
    field,
  });
}
