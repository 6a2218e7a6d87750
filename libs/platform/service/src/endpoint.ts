import express, { type Request, type Response, type Router } from 'express';
import type { z } from 'zod';
import { Problem } from './problem.js';

type Shape = z.ZodType | undefined;
type Parsed<T extends Shape> = T extends z.ZodType ? z.output<T> : undefined;

/** What a handler is given: the parts of the request, validated. */
export interface Call<P extends Shape, Q extends Shape, B extends Shape> {
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  readonly request: Request;
  readonly response: Response;
}

/**
 * One REST call. The schemas validate the request and are its documentation in OpenAPI; there is no second description.
 * A handler answers by returning the body (status `status`, default 200), or writes to `response` itself and returns undefined.
 */
export interface Endpoint<P extends Shape = Shape, Q extends Shape = Shape, B extends Shape = Shape> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As in OpenAPI: `/api/v1/models/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly description?: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** `raw` leaves the body as a stream for the handler. */
  readonly bodyKind?: 'json' | 'raw';
  readonly status?: number;
  readonly answer?: z.ZodType;
  readonly answerKind?: string;
  /** Largest JSON body in bytes (default 1 MiB). */
  readonly limit?: number;
  readonly handle: (call: Call<P, Q, B>) => unknown;
}

/** Keeps the types of the schemas for the handler. */
export function endpoint<P extends Shape = undefined, Q extends Shape = undefined, B extends Shape = undefined>(
  definition: Endpoint<P, Q, B>,
): Endpoint {
  return definition as unknown as Endpoint;
}

const DEFAULT_LIMIT = 1024 * 1024;

/** An express router of the endpoints; literal paths go before those with parameters. */
export function routerOf(endpoints: readonly Endpoint[]): Router {
  const router = express.Router();
  const byLiteral = [...endpoints].sort((a, b) => literalness(b.path) - literalness(a.path));
  for (const definition of byLiteral) mount(router, definition);
  return router;
}

function literalness(path: string): number {
  return -path.split('/').reduce((score, part, depth) => score + (part.startsWith('{') ? 1 / 2 ** depth : 0), 0);
}

function mount(router: Router, definition: Endpoint): void {
  const path = definition.path.replace(/\{(\w+)\}/g, ':$1');
  const limit = definition.limit ?? DEFAULT_LIMIT;
  // Not strict: a text or a number is valid JSON, and the schema says what it should have been.
  const json = express.json({ limit, type: ['json', '+json'], strict: false });
  const parsers = definition.body && definition.bodyKind !== 'raw' ? [json] : [];
  router[definition.method](path, ...parsers, async (request, response) => {
    const call = {
      params: definition.params?.parse(request.params),
      query: definition.query?.parse(request.query),
      body: definition.bodyKind === 'raw' ? undefined : definition.body?.parse(bodyOf(request)),
      request,
      response,
    };
    const answer = await definition.handle(call as never);
    if (answer !== undefined && !response.headersSent) response.status(definition.status ?? 200).json(answer);
  });
}

/** No body at all is an empty object; a body of another type than JSON is a mistake that must not look like one. */
function bodyOf(request: Request): unknown {
  if (request.body !== undefined) return request.body;
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  if (chunked === undefined && Number(length ?? 0) === 0) return {};
  throw new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'send the body as JSON, with `Content-Type: application/json`');
}
