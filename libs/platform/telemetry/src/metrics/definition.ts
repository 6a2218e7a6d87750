/** What a metric is, said once: the process registers it from this, and docs/metrics.md is written from it. */
export interface MetricDefinition<Label extends string = string> {
  /** By https://prometheus.io/docs/practices/naming/: base units, `_total` for counters. */
  readonly name: `trainyard_${string}`;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** One sentence, with the unit where the name does not tell it. */
  readonly help: string;
  /** `service` tells the services of one process apart and is part of every metric. */
  readonly labels: readonly ['service', ...Label[]];
  /** Upper bounds of a histogram, in the metric's unit. */
  readonly buckets?: readonly number[];
  /** When a person should look, or what it is good for. */
  readonly look: string;
}

/** From a message handled in a millisecond to one that hangs, in seconds. */
export const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From a small fit to one that runs through the night, in seconds. */
export const WORK_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 43_200];

/** Keeps the names of the labels for whoever registers the metric. */
export function defineMetric<const Label extends string = never>(
  definition: MetricDefinition<Label>,
): MetricDefinition<Label> {
  return definition;
}
