import type { RequestHandler } from 'express';
import { request } from 'undici';
import { describeAliases } from './aliases.js';
import type { Upstream } from './upstreams.js';

type Paths = Record<string, Record<string, object>>;

const TIMEOUT_MS = 2000;

/** Completes this process's `/openapi.json` with the calls of the other services and the calls' other names. */
export function completeOpenApi(upstreams: readonly Upstream[]): RequestHandler {
  return async ({ headers: { authorization } }, response, next) => {
    const headers = authorization === undefined ? {} : { authorization };
    const theirs = await Promise.all(upstreams.map(({ origin }) => pathsOf(origin, headers)));
    const send = response.json.bind(response);
    response.json = (document: { paths: Paths }) => {
      const paths: Paths = {};
      for (const more of [...theirs, document.paths]) {
        for (const [path, operations] of Object.entries(more)) paths[path] = { ...paths[path], ...operations };
      }
      const sorted = Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
      return send({ ...document, paths: { ...sorted, ...describeAliases(paths) } });
    };
    next();
  };
}

/** The calls of one service; none while it is away, so that the others' can be read. */
async function pathsOf(origin: string, headers: { readonly authorization?: string }): Promise<Paths> {
  try {
    const options = { headers: { ...headers }, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };
    const { statusCode, body } = await request(`${origin}/openapi.json`, options);
    const document = (await body.json()) as { paths?: Paths };
    return statusCode === 200 ? (document.paths ?? {}) : {};
  } catch {
    return {};
  }
}
