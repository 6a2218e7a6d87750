import type { MetricDefinition } from '@trainyard/telemetry';
import { driftMetrics } from './drift/drift-definitions.js';
import { predictionMetrics } from './predict/prediction-metric-definitions.js';

/** All metrics that this service records itself, in the order of the documentation. */
export const servingMetrics: readonly MetricDefinition[] = [...predictionMetrics, ...driftMetrics];
