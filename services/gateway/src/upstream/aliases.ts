import type { RequestHandler } from 'express';

/** Calls under the other names that users know. A path is rewritten before any other call sees it. */
export interface Alias {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly to: string;
}

export const aliases: readonly Alias[] = [
  { method: 'post', path: '/ml/training/start', to: '/api/v1/models/train' },
  { method: 'get', path: '/ml/training/{job}/status', to: '/api/v1/models/jobs/{job}' },
  { method: 'get', path: '/ml/optimization/{job}/results', to: '/api/v1/studies/{job}' },
  { method: 'post', path: '/ml/evaluation/evaluate', to: '/api/v1/evaluations' },
  { method: 'get', path: '/ml/evaluation/{model}/metrics', to: '/api/v1/models/{model}/metrics' },
  { method: 'post', path: '/ml/deployment/deploy', to: '/api/v1/deployments' },
  { method: 'get', path: '/ml/deployment/{id}/status', to: '/api/v1/deployments/{id}' },
];

const patterns = aliases.map(({ method, path, to }) => ({
  method: method.toUpperCase(),
  pattern: new RegExp(`^${path.replace(/\{\w+\}/, '([^/]+)')}/?$`),
  to: to.replace(/\{\w+\}/, '$1'),
}));

export const rewriteAliases: RequestHandler = (request, _response, next) => {
  if (request.path.startsWith('/ml/')) {
    const alias = patterns.find(({ method, pattern }) => method === request.method && pattern.test(request.path));
    if (alias) request.url = request.path.replace(alias.pattern, alias.to) + request.url.slice(request.path.length);
  }
  next();
};

/** The aliases' entries of an OpenAPI document, copied from the calls they stand for. */
export function describeAliases(paths: Record<string, Record<string, object>>): Record<string, Record<string, object>> {
  const described: Record<string, Record<string, object>> = {};
  for (const { method, path, to } of aliases) {
    const operation = findOperation(paths, method, to);
    if (!operation) continue;
    const { operationId, parameters = [], ...rest } = operation;
    const name = /\{(\w+)\}/.exec(path)?.[1];
    const renamed = parameters.map((parameter) => (parameter.in === 'path' ? { ...parameter, name } : parameter));
    const alias = path.replace(/[/{}]+(\w?)/g, (_all, letter: string) => letter.toUpperCase());
    described[path] = {
      [method]: { ...rest, operationId: `${method}${alias}`, parameters: renamed, description: `The same as ${to}.` },
    };
  }
  return described;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

/** Paths are compared without the names of their parameters. */
function findOperation(
  paths: Record<string, Record<string, object>>,
  method: string,
  to: string,
): Operation | undefined {
  const shape = (path: string) => path.replace(/\{\w+\}/g, '{}');
  const found = Object.entries(paths).find(([path, operations]) => shape(path) === shape(to) && operations[method]);
  return found?.[1][method] as Operation | undefined;
}
