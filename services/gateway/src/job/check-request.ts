import { findModel, resolveParameters } from '@trainyard/models';
import { Problem } from '@trainyard/service';
import type { TrainRequestBody } from './train-request.js';

const SCHEMES = ['file:', 'dataset:', 'http:', 'https:', 's3:'];

/**
 * What can be known to be wrong before anything runs, said at once instead of by a failed job.
 * @throws Problem URI_INVALID, TASK_UNSUPPORTED or OPTION_UNSUPPORTED naming the field; LearnError MODEL_UNKNOWN, PARAMETER_UNKNOWN,
 *   PARAMETER_INVALID
 */
export function checkRequest(request: TrainRequestBody): void {
  checkUri(request.dataset.uri);
  checkModels(request);
  const { deploy, search } = request;
  if (deploy && deploy.strategy !== 'replace') throw unsupported('deploy.strategy', deploy.strategy, 'replace');
  if (search && search.strategy !== 'random') throw unsupported('search.strategy', search.strategy, 'random');
}

function checkUri(uri: string): void {
  const scheme = URL.canParse(uri) ? new URL(uri).protocol : undefined;
  if (scheme && SCHEMES.includes(scheme)) return;
  const detail = `dataset.uri ${JSON.stringify(uri.slice(0, 200))}: use file://, dataset://, http(s):// or s3://`;
  throw new Problem(400, 'URI_INVALID', detail, { field: 'dataset.uri' });
}

function checkModels({ model, params, task }: TrainRequestBody): void {
  const names = (Array.isArray(model) ? model : [model]).filter((name) => name !== 'auto');
  const definitions = names.map(findModel);
  for (const { name, tasks } of definitions) {
    if (task === 'auto' || (tasks as readonly string[]).includes(task)) continue;
    const detail = `model "${name}" cannot do ${task}; it does ${tasks.join(', ')}. Choose another model or task`;
    throw new Problem(400, 'TASK_UNSUPPORTED', detail, { field: 'model' });
  }
  const [only] = definitions;
  if (only && definitions.length === 1) resolveParameters(only, params);
}

function unsupported(field: string, given: string, supported: string): Problem {
  const detail = `${field} "${given}" is not supported yet; use "${supported}" or leave it out`;
  return new Problem(400, 'OPTION_UNSUPPORTED', detail, { field });
}
