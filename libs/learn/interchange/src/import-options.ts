import { LearnError, type Task } from '@trainyard/data';
import type { ModelArtifact } from '@trainyard/models';

/** What the file of another library may not tell, or may tell differently. */
export interface ImportOptions {
  /** Needed when the file has a loss of its owner's own; else it must agree with the file. */
  readonly task?: Task;
  /** Feature names in the model's column order; default: the file's. */
  readonly names?: readonly string[];
  /** Class names in the model's order; default: "0", "1", ... */
  readonly classes?: readonly string[];
}

/** A model of another library as one of ours. */
export interface ImportedModel {
  /** What the model's definition loads. */
  readonly artifact: ModelArtifact;
  /** The name of that definition. */
  readonly model: 'xgboost' | 'lightgbm';
  readonly task: Task;
  readonly names: readonly string[];
  /** Empty for regression. */
  readonly classes: readonly string[];
  /** For each column the texts of its category codes 0, 1, ..., where the file knows them. */
  readonly categories: readonly (readonly string[] | undefined)[];
}

/** The names to use. Throws PARAMETER_INVALID unless there is one for each of `columns`, each once. */
export function namesFor(options: ImportOptions, fromFile: readonly string[] | undefined, columns: number): string[] {
  const names = options.names ?? (fromFile?.length ? fromFile : Array.from({ length: columns }, (_, j) => `f${j}`));
  if (names.length !== columns) {
    throw new LearnError(
      'PARAMETER_INVALID',
      `The model has ${columns} features, but ${names.length} names were given.`,
      {
        field: 'names',
      },
    );
  }
  const twice = names.find((name, j) => names.indexOf(name) !== j);
  if (twice !== undefined) {
    throw new LearnError('PARAMETER_INVALID', `Two features are named "${twice}": give names that differ.`, {
      field: 'names',
    });
  }
  return [...names];
}

/** The class names to use. Throws PARAMETER_INVALID unless there is one for each of `count`, each once. */
export function classesFor({ classes }: ImportOptions, task: Task, count: number): string[] {
  if (task === 'regression') return [];
  const names = classes ?? Array.from({ length: count }, (_, c) => String(c));
  if (names.length !== count || new Set(names).size !== count) {
    const words = `The model has ${count} classes, but ${new Set(names).size} different class names were given.`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'classes' });
  }
  return [...names];
}

/** Throws TASK_UNSUPPORTED when the caller expects another task than the file's. */
export function checkTask({ task }: ImportOptions, fromFile: Task): void {
  if (task === undefined || task === fromFile) return;
  throw new LearnError('TASK_UNSUPPORTED', `The model does ${fromFile}, not ${task}.`, { field: 'task' });
}
