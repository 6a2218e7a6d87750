import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import { redact, redactText } from './redact.js';
import { currentTrace } from './tracing.js';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly service: string;
  /** trace, debug, info (default), warn, error, fatal or silent. */
  readonly level?: string;
  /** Where the lines go; default: standard output. */
  readonly destination?: DestinationStream;
}

/**
 * A logger that writes one JSON object per line: `time` (ISO 8601), `level`, `service`, `message` and the fields given;
 * within a trace also `trace_id` and `span_id`, as https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/ names them.
 * Passwords, tokens, API keys and the credentials of connection strings are left out wherever they stand.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { service, level = 'info', destination } = options;
  const logger = pino(
    {
      level,
      base: { service },
      messageKey: 'message',
      mixin: traceFields,
      // Errors are turned into plain objects by redact(), under any name.
      serializers: { err: (error) => error, error: (error) => error },
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[];
          const given =
            first instanceof Error ? [{ error: first }, ...(rest.length > 0 ? rest : [first.message])] : args;
          const safe = given.map((arg) => (typeof arg === 'string' ? redactText(arg) : arg));
          method.apply(this, safe as Parameters<typeof method>);
        },
      },
    },
    ...(destination === undefined ? [] : [destination]),
  ) as Logger;
  const { child } = logger;
  // pino formats the fields of a call, but not those a child logger is made with.
  logger.child = function (this: Logger, bindings: object, childOptions?: object) {
    return child.call(this, redact(bindings) as object, childOptions);
  } as typeof child;
  return logger;
}

function traceFields(): object {
  const position = currentTrace();
  return position ? { trace_id: position.traceId, span_id: position.spanId } : {};
}
