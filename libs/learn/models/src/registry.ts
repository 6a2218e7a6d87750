import { isUnsupervised, LearnError, type Task } from '@trainyard/data';
import { didYouMean } from './closest-names.js';
import type { ModelDefinition } from './model.js';

const registered = new Map<string, ModelDefinition>();

/** Adds a model under its name, so that requests can ask for it. Throws TypeError when the name is taken by another. */
export function registerModel(definition: ModelDefinition): void {
  const present = registered.get(definition.name);
  if (present !== undefined && present !== definition) {
    throw new TypeError(`a model named "${definition.name}" is registered already`);
  }
  registered.set(definition.name, definition);
}

/** The model of that name. Throws MODEL_UNKNOWN listing near names and all names. */
export function findModel(name: string): ModelDefinition {
  const definition = registered.get(name);
  if (definition !== undefined) return definition;
  const names = [...registered.keys()].sort();
  throw new LearnError(
    'MODEL_UNKNOWN',
    `There is no model "${name}".${didYouMean(name, names)} The models are ${names.join(', ')}.`,
    { field: 'model' },
  );
}

/** All registered models, by name. */
export function listModels(): ModelDefinition[] {
  return [...registered.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The task that all of these models do and do alone, where it is one without a target: then it needs no saying. */
export function onlyUnsupervised(names: string | readonly string[]): Task | undefined {
  const asked = typeof names === 'string' ? [names] : names;
  const task = registered.get(asked[0] ?? '')?.tasks[0];
  if (task === undefined || !isUnsupervised(task)) return undefined;
  return asked.every((name) => registered.get(name)?.tasks.every((each) => each === task)) ? task : undefined;
}
