export { createLogger, type Logger, type LoggerOptions } from './logger.js';
export { BoundedLabels, type BoundedLabelsOptions, OTHER } from './metrics/bounded-labels.js';
export { defineMetric, LATENCY_SECONDS, type MetricDefinition, WORK_SECONDS } from './metrics/definition.js';
export { watchDisk } from './metrics/disk-space.js';
export { type FlowRecorder, flowRecorder, type ProcessMeasure, type QueueMeasure } from './metrics/flow-recorder.js';
export { watchGpus } from './metrics/gpu-use.js';
export { type AnsweredCall, httpRecorder } from './metrics/http-metrics.js';
export { platformMetrics } from './metrics/platform-metrics.js';
export {
  type Collector,
  collect,
  counterOf,
  gaugeOf,
  histogramOf,
  type MetricsFormat,
  metricsOf,
} from './metrics/registry.js';
export { redact, redactText } from './redact.js';
export { formatTraceparent, parseTraceparent, type TracePosition } from './traceparent.js';
export {
  currentTraceparent,
  type ExportedSpan,
  type Fail,
  isExporting,
  type SpanStart,
  startSpan,
  startTracing,
  traced,
  tracedUntil,
} from './tracing.js';
