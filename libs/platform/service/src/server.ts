import { createServer, type Server } from 'node:http';
import { httpRecorder, type MetricsFormat } from '@trainyard/telemetry';
import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { type Guard, requireApiKey } from './auth.js';
import { ConfigurationError, type PlatformSettings } from './config.js';
import { type Endpoint, routerOf } from './endpoint.js';
import { answerHot, type HotCall, type HotCallOptions } from './hot-call.js';
import { openApiDocument, pathsOf } from './openapi.js';
import { Problem, problemHandler } from './problem.js';
import { traceCall } from './trace-call.js';

export interface ServerOptions {
  readonly name: string;
  readonly settings: PlatformSettings;
  /** Rejects with the reason while the process should get no traffic. */
  readonly ready: () => Promise<void>;
  /** The Prometheus exposition, and its content type. */
  readonly metrics: (format: MetricsFormat) => Promise<{ readonly type: string; readonly body: string }>;
  readonly log: { error(fields: object, message: string): void };
}

/** What Prometheus prefers; asked for as a type without parameters, it stands for every version of it. */
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0';

/** What a process answers. */
export interface Served {
  /** Why calls are refused for now; undefined once everything runs. */
  readonly notReady: () => string | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly hotCalls: readonly HotCall[];
  readonly pages: (app: Express) => void;
  readonly mount: (app: Express) => void;
}

/** The HTTP side of a process: health and metrics at once, the service's calls as soon as `serve` gives them. */
export class HttpServer {
  readonly app: Express = express();
  private readonly guard: Guard;
  private hot: HotCallOptions | undefined;
  private server: Server | undefined;

  constructor(private readonly options: ServerOptions) {
    const { app } = this;
    app.disable('x-powered-by');
    app.set('query parser', 'simple');
    app.get(/.*/, forBrowsers(), compressed());
    app.use((_request, response, next) => {
      response.setHeader('x-content-type-options', 'nosniff');
      next();
    });
    app.get('/health/live', (_request, response) => void response.json({ status: 'live' }));
    app.get('/health/ready', async (_request, response) => {
      try {
        await options.ready();
        response.json({ status: 'ready' });
      } catch (error) {
        response.status(503).json({ status: 'not ready', reason: (error as Error).message });
      }
    });
    app.get('/metrics', async (request, response) => {
      const format = request.accepts(['text/plain', OPEN_METRICS]) === OPEN_METRICS ? 'openmetrics' : 'prometheus';
      const { type, body } = await options.metrics(format);
      response.setHeader('vary', 'accept');
      response.setHeader('content-type', type);
      response.end(body);
    });
    const answered = httpRecorder(options.name);
    app.use((request, response, next) => traceCall(request, response, answered, next));
    this.guard = requireApiKey(options.settings.HOST, options.settings.API_KEYS_FILE);
  }

  /**
   * Adds pages, which anyone may load; then the calls, which want a key where keys are set; then the two answers for
   * everything else: no such call, and what went wrong.
   */
  serve({ notReady, endpoints, hotCalls, pages, mount }: Served): void {
    const { app, options } = this;
    pages(app);
    app.use((request, _response, next) => next(this.guard(request.headers)));
    const refuse = () => {
      const reason = notReady();
      return reason
        ? new Problem(503, 'NOT_READY', `the platform is not ready (${reason}); try again in a moment`)
        : undefined;
    };
    app.use((_request, _response, next) => next(refuse()));
    this.hot = { calls: hotCalls, guard: this.guard, notReady: refuse, log: options.log };
    mount(app);
    app.use(routerOf(endpoints));
    app.get(
      '/openapi.json',
      (_request, response) =>
        void response.json(openApiDocument(`Trainyard ${options.name}`, '0.1.0', pathsOf(endpoints))),
    );
    app.use((request, _response, next) =>
      next(new Problem(404, 'CALL_NOT_FOUND', `there is no ${request.method} ${request.path}; see /docs`)),
    );
    app.use(problemHandler(options.log));
  }

  /** @throws ConfigurationError when the port is taken */
  listen(port: number): Promise<number> {
    const { HOST } = this.options.settings;
    return new Promise((resolve, reject) => {
      const server = createServer((request, response) => {
        if (!this.hot || !answerHot(this.hot, request, response)) this.app(request, response);
      });
      server.once('error', (error) => reject(portError(error, HOST, port)));
      server.listen(port, HOST, () => resolve((server.address() as { port: number }).port));
      server.requestTimeout = 0;
      server.headersTimeout = 20_000;
      server.keepAliveTimeout = 65_000;
      this.server = server;
    });
  }

  /** Takes no new connections, ends idle ones at once and the rest after `graceMs`. */
  async close(graceMs = 2000): Promise<void> {
    const { server } = this;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
  }
}

/** What only answers that a browser shows need; predictions go faster without. */
function forBrowsers(): RequestHandler {
  const directives = { 'script-src': ["'self'"], 'upgrade-insecure-requests': null };
  return helmet({ contentSecurityPolicy: { directives }, hsts: false });
}

function compressed(): RequestHandler {
  return compression({
    filter: (request, response) =>
      !isEventStream(response.getHeader('content-type')) && compression.filter(request, response),
  });
}

function isEventStream(type: unknown): boolean {
  return typeof type === 'string' && type.startsWith('text/event-stream');
}

function portError(error: Error, host: string, port: number): Error {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new ConfigurationError(`port ${port} on ${host} is taken: stop what listens there, or set PORT`);
}
