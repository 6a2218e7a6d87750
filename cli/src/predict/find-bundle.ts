import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../failure.js';
import { BUNDLE_FILE } from '../train/run-folder.js';

const isFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() === true;

/** The bundle file that `--model` means: the file itself, a model's folder, or a run's folder with one model. */
export async function findBundle(path: string): Promise<Buffer> {
  if (await isFile(path)) return readFile(path);
  if (await isFile(join(path, BUNDLE_FILE))) return readFile(join(path, BUNDLE_FILE));
  const models = join(path, 'models');
  const names = await readdir(models).catch(() => undefined);
  if (names === undefined)
    throw new UsageError(`--model ${path} holds no ${BUNDLE_FILE}: give the folder that train printed.`);
  if (names.length !== 1)
    throw new UsageError(
      `--model ${path} holds ${names.length} models: give one of ${names.map((name) => join(models, name)).join(', ')}.`,
    );
  return readFile(join(models, names[0]!, BUNDLE_FILE));
}
