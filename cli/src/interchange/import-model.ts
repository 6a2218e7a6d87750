import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LearnError, type Task } from '@trainyard/data';
import {
  fromLightGBMText,
  fromXGBoostJson,
  type ImportedModel,
  type ImportOptions,
  importedPipeline,
} from '@trainyard/interchange';
import { findModel } from '@trainyard/models';
import { encodeBundle } from '@trainyard/workflow';
import { UsageError } from '../failure.js';
import { BUNDLE_FILE } from '../train/run-folder.js';

export interface ImportFlags {
  readonly model: string;
  readonly format: string;
  readonly out: string;
  readonly names?: string;
  readonly classes?: string;
  readonly task?: string;
  readonly target: string;
}

const FORMATS: Readonly<Record<string, (text: string, options: ImportOptions) => ImportedModel>> = {
  xgboost: fromXGBoostJson,
  lightgbm: fromLightGBMText,
};
const TASKS: readonly string[] = ['binary', 'multiclass', 'regression'] satisfies Task[];

const listOf = (text: string): string[] => text.split(',').map((part) => part.trim());

/** Writes the model of another library as a bundle that `predict` reads. */
export async function importModel({ model, format, out, names, classes, task, target }: ImportFlags): Promise<void> {
  const read = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (read === undefined)
    throw new UsageError(`--format must be one of ${Object.keys(FORMATS).join(', ')}, not "${format}".`);
  if (task !== undefined && !TASKS.includes(task)) throw new UsageError(`--task must be one of ${TASKS.join(', ')}.`);
  const imported = read(await textOf(model), {
    ...(names === undefined ? {} : { names: listOf(names) }),
    ...(classes === undefined ? {} : { classes: listOf(classes) }),
    ...(task === undefined ? {} : { task: task as Task }),
  });
  const { artifact } = imported;
  const isNumeric = imported.classes.every((name) => name !== '' && Number.isFinite(Number(name)));
  const bundle = encodeBundle({
    modelName: imported.model,
    params: artifact.manifest.params as Record<string, unknown>,
    task: imported.task,
    target,
    targetKind: imported.task === 'regression' || isNumeric ? 'number' : 'text',
    ...(imported.task === 'regression' ? {} : { classes: imported.classes }),
    pipeline: importedPipeline(imported),
    model: findModel(imported.model).load(artifact),
  });
  await mkdir(out, { recursive: true });
  await writeFile(join(out, BUNDLE_FILE), bundle);
  process.stderr.write(
    `${imported.model} ${imported.task} model of ${imported.names.length} features written to ${out}\n`,
  );
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new LearnError('FILE_NOT_FOUND', `There is no file ${path}.`, { file: path });
  }
}
