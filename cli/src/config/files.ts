import { listModels } from '@trainyard/models';
import { renderModelConfig, TRAINING_CONFIG } from './render.js';

/** All files of `config/` by their path in it. */
export function configFiles(): Map<string, string> {
  const files = new Map([['training.yaml', TRAINING_CONFIG]]);
  for (const model of listModels()) files.set(`models/${model.name}.yaml`, renderModelConfig(model));
  return files;
}

/** The folder `config/` of the repository. */
export const CONFIG_FOLDER = new URL('../../../config/', import.meta.url);
