import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Passed, Problem } from '@trainyard/service';
import { currentTraceparent } from '@trainyard/telemetry';
import type { RequestHandler } from 'express';
import { type Dispatcher, Pool } from 'undici';
import type { Upstream } from './upstreams.js';

const CONNECTIONS = 64;
/** Headers of one connection only (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'expect',
]);

/** Passes calls on to the service that answers them, streaming both ways over kept connections. */
export class UpstreamProxy {
  private readonly pools: { readonly upstream: Upstream; readonly pool: Pool }[];

  constructor(upstreams: readonly Upstream[]) {
    this.pools = upstreams.map((upstream) => ({
      upstream,
      pool: new Pool(upstream.origin, { connections: CONNECTIONS, headersTimeout: 300_000, bodyTimeout: 0 }),
    }));
  }

  readonly handle: RequestHandler = async (request, response, next) => {
    const target = this.pools.find(({ upstream }) => upstream.paths.test(request.path));
    if (!target) return next();
    (response.locals as Passed).passedTo = target.upstream.name;
    await this.pass(target.upstream, target.pool, request, response);
  };

  async close(): Promise<void> {
    await Promise.all(this.pools.map(({ pool }) => pool.destroy()));
  }

  /** @throws Problem UPSTREAM_UNAVAILABLE when nothing was answered yet */
  private async pass(
    upstream: Upstream,
    pool: Pool,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const abort = new AbortController();
    response.once('close', () => !response.writableFinished && abort.abort());
    const hasBody =
      request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
    const options: Dispatcher.RequestOptions = {
      method: request.method as Dispatcher.HttpMethod,
      path: request.url ?? '/',
      headers: headersFor(request),
      body: hasBody ? request : null,
      signal: abort.signal,
    };
    try {
      await pool.stream(options, ({ statusCode, headers }) => {
        response.statusCode = statusCode;
        for (const [name, value] of Object.entries(headers)) {
          if (value !== undefined && !HOP_BY_HOP.has(name)) response.setHeader(name, value);
        }
        return response;
      });
    } catch (error) {
      if (abort.signal.aborted) return;
      if (response.headersSent) return void response.destroy();
      const detail = `the ${upstream.name} service does not answer now (${codeOf(error)}); try again`;
      throw new Problem(503, 'UPSTREAM_UNAVAILABLE', detail);
    }
  }
}

function headersFor({ headers, socket }: IncomingMessage): Record<string, string | string[]> {
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) passed[name] = value;
  }
  const traceparent = currentTraceparent();
  if (traceparent) passed.traceparent = traceparent;
  if (headers.host) passed['x-forwarded-host'] = headers.host;
  if (socket.remoteAddress) passed['x-forwarded-for'] = socket.remoteAddress;
  return passed;
}

function codeOf(error: unknown): string {
  return String((error as { code?: string }).code ?? (error as Error).message);
}
