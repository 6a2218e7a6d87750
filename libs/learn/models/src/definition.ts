import { LearnError, type Task } from '@trainyard/data';
import type { Model, ModelDefinition } from './model.js';
import { resolveParameters } from './parameters.js';

/**
 * Checks a model's definition once, when its module loads, and returns it: the defaults must satisfy the schema and the
 * search space may only name parameters of the schema. Throws TypeError, because a wrong definition is a mistake of ours.
 */
export function defineModel<Params extends object>(definition: ModelDefinition<Params>): ModelDefinition {
  if (!/^[a-z][a-z0-9_]*$/.test(definition.name))
    throw new TypeError(`model name "${definition.name}" is not snake_case`);
  for (const name of Object.keys(definition.space)) {
    if (!(name in definition.params))
      throw new TypeError(`${definition.name}: search space names unknown parameter ${name}`);
  }
  try {
    resolveParameters(definition, {});
  } catch (error) {
    throw new TypeError(`${definition.name}: a default breaks its own schema: ${(error as Error).message}`);
  }
  return definition as unknown as ModelDefinition;
}

/**
 * A new model from what a user wrote: parameters are validated and completed with defaults.
 * Throws TASK_UNSUPPORTED, PARAMETER_UNKNOWN, PARAMETER_INVALID.
 */
export function createModel(definition: ModelDefinition, params: Readonly<Record<string, unknown>>, task: Task): Model {
  if (!definition.tasks.includes(task)) {
    throw new LearnError(
      'TASK_UNSUPPORTED',
      `Model "${definition.name}" cannot do ${task}; it does ${definition.tasks.join(', ')}. Choose another model or task.`,
      { field: 'model' },
    );
  }
  return definition.create(resolveParameters(definition, params), task);
}
