import { type AnsweredCall, isExporting, type SpanStart, traced, tracedUntil } from '@trainyard/telemetry';
import type { Request, Response } from 'express';

/** Who a call was passed on to; set by a proxy, since no route of ours answers then. */
export interface Passed {
  passedTo?: string;
}

/**
 * Runs what answers a call as a span of the caller's trace, from its headers to the end of its answer, and counts it.
 * Both go by the path of the API description, so that there are as many names as calls.
 */
export function traceCall(
  request: Request,
  response: Response,
  answered: (call: AnsweredCall) => void,
  next: () => void,
): void {
  const began = performance.now();
  const { method } = request;
  const start: SpanStart = { name: method, kind: 'server', parent: request.header('traceparent') };
  tracedUntil(start, (span) => {
    response.once('close', () => {
      const route = routeOf(request, response);
      const status = response.statusCode;
      if (!isEventStream(response)) answered({ method, route, status, seconds: (performance.now() - began) / 1000 });
      if (!span) return;
      const attributes = {
        'http.request.method': method,
        'url.path': request.originalUrl.split('?', 1)[0] ?? '',
        'http.response.status_code': status,
        ...(route ? { 'http.route': route } : {}),
      };
      span.end(route ? `${method} ${route}` : method, attributes, status >= 500);
    });
    next();
  });
}

/** As {@link traceCall} for a call that is made all the time: a span while spans are exported, and nothing otherwise. */
export function traceHotCall(
  method: string,
  route: string,
  traceparent: string | string[] | undefined,
  serve: () => Promise<void>,
): Promise<void> {
  if (!isExporting()) return serve();
  const attributes = { 'http.request.method': method, 'http.route': route };
  const parent = typeof traceparent === 'string' ? traceparent : undefined;
  return traced({ name: `${method} ${route}`, kind: 'server', parent, attributes }, serve);
}

/** `/api/v1/models/{id}`, or the service that a gateway passed the call on to; undefined when there is no such call. */
function routeOf(request: Request, response: Response): string | undefined {
  const { passedTo } = response.locals as Passed;
  if (passedTo) return `passed to ${passedTo}`;
  const path: unknown = request.route?.path;
  if (typeof path !== 'string') return undefined;
  return `${request.baseUrl}${path}`.replace(/:(\w+)/g, '{$1}');
}

function isEventStream(response: Response): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');
}
