import type { MetricDefinition } from './definition.js';
import { diskMetrics } from './disk-space.js';
import { flowMetrics, workerMetrics } from './flow-definitions.js';
import { gpuMetrics } from './gpu-use.js';
import { httpMetrics } from './http-metrics.js';

/** The metrics that the platform itself records, in the order of the documentation. */
export const platformMetrics: readonly MetricDefinition[] = [
  flowMetrics,
  workerMetrics,
  httpMetrics,
  diskMetrics,
  gpuMetrics,
].flatMap((group) => Object.values<MetricDefinition>(group));
