import { optimizerMetrics } from '@trainyard/optimizer-service';
import { registryMetrics } from '@trainyard/registry-service';
import { servingMetrics } from '@trainyard/serving-service';
import { type MetricDefinition, platformMetrics } from '@trainyard/telemetry';
import { trainingMetrics } from '@trainyard/training-service';

/** Every metric of Trainyard by who records it. Node's own (`process_*`, `nodejs_*`) come with every process. */
export const metricCatalogue: readonly { readonly title: string; readonly metrics: readonly MetricDefinition[] }[] = [
  { title: 'Every service', metrics: platformMetrics },
  { title: 'Training', metrics: trainingMetrics },
  { title: 'Optimizer', metrics: optimizerMetrics },
  { title: 'Registry', metrics: registryMetrics },
  { title: 'Serving', metrics: servingMetrics },
];
