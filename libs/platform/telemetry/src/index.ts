export { createLogger, type Logger, type LoggerOptions } from './logger.js';
export { createMetrics, type FlowRecorder, metricsOf, type ServiceMetrics } from './metrics.js';
export { redact, redactText } from './redact.js';
export { formatTraceparent, parseTraceparent, type TracePosition } from './traceparent.js';
export { currentTraceparent, startTracing, withTraceparent } from './tracing.js';
