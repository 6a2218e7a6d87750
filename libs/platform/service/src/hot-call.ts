import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Guard } from './auth.js';
import { Problem, problemOf } from './problem.js';
import { traceHotCall } from './trace-call.js';

/**
 * A call that is made all the time and is worth answering on Node's own request and response, ahead of express: the same
 * guard and the same problems, none of the rest. `rest` is what follows the prefix, one decoded path segment.
 */
export interface HotCall {
  readonly method: string;
  readonly prefix: string;
  readonly serve: (request: IncomingMessage, response: ServerResponse, rest: string) => Promise<void>;
}

export interface HotCallOptions {
  readonly calls: readonly HotCall[];
  readonly guard: Guard;
  readonly notReady: () => Problem | undefined;
  readonly log: { error(fields: object, message: string): void };
}

/** Answers the request when it is a hot call; false when it is not. */
export function answerHot(options: HotCallOptions, request: IncomingMessage, response: ServerResponse): boolean {
  const { method, url = '' } = request;
  for (const call of options.calls) {
    if (method !== call.method || !url.startsWith(call.prefix)) continue;
    const rest = url.slice(call.prefix.length).split('?', 1)[0] ?? '';
    if (rest === '' || rest.includes('/')) continue;
    void answer(options, call, request, response, rest);
    return true;
  }
  return false;
}

async function answer(
  options: HotCallOptions,
  call: HotCall,
  request: IncomingMessage,
  response: ServerResponse,
  rest: string,
): Promise<void> {
  try {
    const refused = options.guard(request.headers) ?? options.notReady();
    if (refused) throw refused;
    response.setHeader('x-content-type-options', 'nosniff');
    const { method, prefix } = call;
    const serve = () => call.serve(request, response, segment(rest));
    await traceHotCall(method, `${prefix}{id}`, request.headers.traceparent, serve);
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status === 500)
      options.log.error({ error, method: request.method, path: request.url }, 'a request failed');
    if (response.headersSent) return void response.destroy();
    response.statusCode = problem.status;
    response.setHeader('content-type', 'application/problem+json; charset=utf-8');
    response.end(JSON.stringify(problem));
  }
}

function segment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Problem(400, 'BAD_REQUEST', `the path segment ${text} is not valid percent-encoding`);
  }
}
