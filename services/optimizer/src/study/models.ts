import type { TrainRequested } from '@trainyard/contracts';
import { LearnError, type Task } from '@trainyard/data';
import { findModel, listModels, type ModelDefinition, resolveParameters, type SearchSpace } from '@trainyard/models';
import { checkSpace } from '@trainyard/tuning';
import type { Params, PlannedModel } from './state.js';

/** What a target can turn out to call for. */
const TASKS: readonly Task[] = ['binary', 'multiclass', 'regression'];

/** The models of a study, each with the part of the space and of the fixed parameters that it has. */
export function modelsOf(request: TrainRequested, task: Task | undefined): PlannedModel[] {
  const { model, search, params } = request;
  const names = [...new Set(typeof model === 'string' ? [model] : model)];
  const definitions = [...new Set(names.flatMap((name) => (name === 'auto' ? automatic(task) : [chosen(name, task)])))];
  if (definitions.length === 0)
    throw new LearnError('MODEL_UNKNOWN', 'The list of models is empty; name one.', { field: 'model' });
  const fixed = shareOut(definitions, params, (definition, name, value) => {
    const resolved = resolveParameters(definition, { [name]: value });
    return { [Object.keys(resolved)[0] as string]: value };
  });
  const spaces = search?.space
    ? shareOut(definitions, search.space, (definition, name, dimension) =>
        checkSpace({ [name]: dimension }, definition),
      )
    : undefined;
  return definitions.map((definition, at) => {
    const own = fixed[at] as Params;
    const space = spaces ? checkApart(spaces[at] as SearchSpace, own) : without(definition.space, own);
    return { name: definition.name, space, fixed: own };
  });
}

/** Every model that can do the task on any data; baselines are there to compare with, not to be found. */
function automatic(task: Task | undefined): ModelDefinition[] {
  const wanted = task ? [task] : TASKS;
  const able = listModels().filter(
    ({ family, tasks, onRequest }) =>
      family !== 'baseline' && !onRequest && wanted.every((each) => tasks.includes(each)),
  );
  if (able.length > 0) return able;
  const words = `No model can be searched for the task "${task ?? 'auto'}"; say the task, or name a model.`;
  throw new LearnError('TASK_UNSUPPORTED', words, { field: 'task' });
}

function chosen(name: string, task: Task | undefined): ModelDefinition {
  const definition = findModel(name);
  if (!task || definition.tasks.includes(task)) return definition;
  const words = `Model "${name}" cannot do ${task}; it does ${definition.tasks.join(', ')}.`;
  throw new LearnError('TASK_UNSUPPORTED', words, { field: 'model' });
}

/** Gives each model the entries it knows, under their canonical names. An entry that no model knows is an error. */
function shareOut<In, Out>(
  definitions: readonly ModelDefinition[],
  entries: Readonly<Record<string, In>>,
  check: (definition: ModelDefinition, name: string, entry: In) => Readonly<Record<string, Out>>,
): Record<string, Out>[] {
  const shares: Record<string, Out>[] = definitions.map(() => ({}));
  for (const [name, entry] of Object.entries(entries)) {
    const unknown: LearnError[] = [];
    definitions.forEach((definition, at) => {
      try {
        Object.assign(shares[at] as object, check(definition, name, entry));
      } catch (error) {
        if (!(error instanceof LearnError) || error.code !== 'PARAMETER_UNKNOWN') throw error;
        unknown.push(error);
      }
    });
    if (unknown.length === definitions.length) throw unknown[0];
  }
  return shares;
}

function without(space: SearchSpace, fixed: Params): SearchSpace {
  return Object.fromEntries(Object.entries(space).filter(([name]) => !(name in fixed)));
}

function checkApart(space: SearchSpace, fixed: Params): SearchSpace {
  const both = Object.keys(space).find((name) => name in fixed);
  if (both === undefined) return space;
  const words = `"${both}" is both fixed in params and searched in search.space: leave it out of one of them.`;
  throw new LearnError('PARAMETER_INVALID', words, { field: `search.space.${both}` });
}
