import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span, Tracer } from '@opentelemetry/api';
import { childOf, formatTraceparent, parseTraceparent, type TracePosition } from './traceparent.js';

type SpanRunner = <T>(parent: TracePosition | undefined, name: string, work: () => Promise<T>) => Promise<T>;

const current = new AsyncLocalStorage<TracePosition>();
/** Set while spans are exported. */
let exporting: SpanRunner | undefined;
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
  exporting = spanRunner(api, api.trace.getTracer('trainyard'));
  return {
    async stop() {
      exporting = undefined;
      const patience = new Promise<void>((resolve) => setTimeout(resolve, SHUTDOWN_PATIENCE).unref());
      await Promise.race([sdk.shutdown().catch(() => undefined), patience]);
    },
  };
}

/** The traceparent to send along with what is done now; a new trace begins when there is none. */
export function currentTraceparent(): string {
  return formatTraceparent(current.getStore() ?? childOf(undefined));
}

/**
 * Runs the work as a span of the trace that the traceparent belongs to; of the current trace when it is missing or
 * invalid; else of a new one.
 */
export function withTraceparent<T>(traceparent: string | undefined, name: string, work: () => Promise<T>): Promise<T> {
  const parent = parseTraceparent(traceparent) ?? current.getStore();
  return exporting ? exporting(parent, name, work) : current.run(childOf(parent), work);
}

function spanRunner(api: typeof import('@opentelemetry/api'), tracer: Tracer): SpanRunner {
  const run = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
    const { traceId, spanId, traceFlags } = span.spanContext();
    try {
      return await current.run({ traceId, spanId, flags: traceFlags }, work);
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({
        code: api.SpanStatusCode.ERROR,
        message: error instanceof Error ? error.message : String(error),
      });
      throw error;
    } finally {
      span.end();
    }
  };
  return (parent, name, work) => {
    const context = parent
      ? api.trace.setSpanContext(api.ROOT_CONTEXT, {
          traceId: parent.traceId,
          spanId: parent.spanId,
          traceFlags: parent.flags,
          isRemote: true,
        })
      : api.ROOT_CONTEXT;
    return tracer.startActiveSpan(name, { kind: api.SpanKind.CONSUMER }, context, (span) => run(span, work));
  };
}
