import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span, SpanKind, Tracer } from '@opentelemetry/api';
import { formatTraceparent, newTrace, parseTraceparent, type TracePosition } from './traceparent.js';

/** A span to run some work in. */
export interface SpanStart {
  readonly name: string;
  /** The traceparent it belongs under; missing or invalid: the current span, else a new trace. */
  readonly parent?: string | undefined;
  /** What it does for its parent (default `internal`): https://opentelemetry.io/docs/concepts/signals/traces/#span-kind. */
  readonly kind?: 'server' | 'client' | 'consumer' | 'internal';
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  /** When it began, in milliseconds since 1970, where that is known better than by now. */
  readonly startedAt?: number;
}

/** Tells the span that its work failed, where the work deals with the error itself. */
export type Fail = (error: unknown) => void;

type SpanRunner = <T>(start: SpanStart, parent: TracePosition | undefined, work: (fail: Fail) => T) => T;

export interface ExportedSpan {
  readonly position: TracePosition;
  /** Ends it, under its final name and with what is known by then. */
  end(name: string, attributes: NonNullable<SpanStart['attributes']>, failed: boolean, endedAt?: number): void;
}

interface Exporting {
  readonly run: SpanRunner;
  readonly open: (start: SpanStart, parent: TracePosition | undefined) => ExportedSpan;
}

const current = new AsyncLocalStorage<TracePosition>();
/** Set while spans are exported. */
let exporting: Exporting | undefined;
/** How long the last spans may take on their way out, in milliseconds. */
const SHUTDOWN_PATIENCE = 3000;

/**
 * Exports spans over OTLP/HTTP when there is an endpoint; without one this does nothing and loads nothing, and
 * traceparents are passed on all the same.
 * @param options.endpoint for example http://collector:4318 (default: OTEL_EXPORTER_OTLP_ENDPOINT)
 */
export async function startTracing(options: {
  service: string;
  endpoint?: string | undefined;
}): Promise<{ stop(): Promise<void> }> {
  const endpoint = options.endpoint ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return { stop: async () => {} };
  const [{ NodeSDK }, { OTLPTraceExporter }, api] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/api'),
  ]);
  const sdk = new NodeSDK({
    serviceName: options.service,
    traceExporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }),
    // Metrics are Prometheus's, logs are on standard output.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  exporting = exportingBy(api, api.trace.getTracer('trainyard'));
  return {
    async stop() {
      exporting = undefined;
      const patience = new Promise<void>((resolve) => setTimeout(resolve, SHUTDOWN_PATIENCE).unref());
      await Promise.race([sdk.shutdown().catch(() => undefined), patience]);
    },
  };
}

/** True while spans are exported: only then is it worth making one for what happens very often. */
export function isExporting(): boolean {
  return exporting !== undefined;
}

/** Where the code that runs now is in its trace; undefined outside of all work. */
export function currentTrace(): TracePosition | undefined {
  return current.getStore();
}

/** The traceparent to send along with what is done now; undefined outside of all work. */
export function currentTraceparent(): string | undefined {
  const position = current.getStore();
  return position && formatTraceparent(position);
}

/**
 * Runs the work as a span. Where spans are not exported no span is made: the work runs under the traceparent as it came,
 * so that whoever is called next continues the caller's trace.
 */
export function traced<T>(start: SpanStart, work: (fail: Fail) => T): T {
  const parent = parseTraceparent(start.parent) ?? current.getStore();
  if (exporting) return exporting.run(start, parent, work);
  return current.run(parent ?? newTrace(), () => work(() => {}));
}

/** As {@link traced}, for work whose end is told by an event: `end` must be called then. */
export function tracedUntil<T>(start: SpanStart, work: (span: ExportedSpan | undefined) => T): T {
  const parent = parseTraceparent(start.parent) ?? current.getStore();
  const span = exporting?.open(start, parent);
  return current.run(span?.position ?? parent ?? newTrace(), () => work(span));
}

/** A span of work that runs elsewhere, to be ended by hand; undefined where spans are not exported. */
export function startSpan(start: SpanStart): ExportedSpan | undefined {
  return exporting?.open(start, parseTraceparent(start.parent) ?? current.getStore());
}

function exportingBy(api: typeof import('@opentelemetry/api'), tracer: Tracer): Exporting {
  const kinds: Record<NonNullable<SpanStart['kind']>, SpanKind> = {
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    consumer: api.SpanKind.CONSUMER,
    internal: api.SpanKind.INTERNAL,
  };
  const begin = (start: SpanStart, parent: TracePosition | undefined): Span => {
    const { name, kind = 'internal', attributes = {}, startedAt: startTime } = start;
    const remote = parent && {
      traceId: parent.traceId,
      spanId: parent.spanId,
      traceFlags: parent.flags,
      isRemote: true,
    };
    const context = remote ? api.trace.setSpanContext(api.ROOT_CONTEXT, remote) : api.ROOT_CONTEXT;
    const options = { kind: kinds[kind], attributes: { ...attributes }, ...(startTime ? { startTime } : {}) };
    return tracer.startSpan(name, options, context);
  };
  const failing =
    (span: Span): Fail =>
    (error) => {
      span.recordException(error as Error);
      const message = error instanceof Error ? error.message : String(error);
      span.setStatus({ code: api.SpanStatusCode.ERROR, message });
    };
  return {
    run: (start, parent, work) => {
      const span = begin(start, parent);
      return current.run(positionOf(span), () => settle(span, failing(span), work));
    },
    open: (start, parent) => {
      const span = begin(start, parent);
      return {
        position: positionOf(span),
        end: (name, attributes, failed, endedAt) => {
          span.updateName(name);
          span.setAttributes({ ...attributes });
          if (failed) span.setStatus({ code: api.SpanStatusCode.ERROR });
          span.end(endedAt);
        },
      };
    },
  };
}

/** Ends the span when the work does: now, or when its promise settles. */
function settle<T>(span: Span, fail: Fail, work: (fail: Fail) => T): T {
  try {
    const result = work(fail);
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    return result.then(
      (value) => {
        span.end();
        return value;
      },
      (error) => {
        fail(error);
        span.end();
        throw error;
      },
    ) as T;
  } catch (error) {
    fail(error);
    span.end();
    throw error;
  }
}

function positionOf(span: Span): TracePosition {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { traceId, spanId, flags: traceFlags };
}
