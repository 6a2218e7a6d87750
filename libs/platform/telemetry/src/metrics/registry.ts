import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricDefinition } from './definition.js';
import { openMetricsOf } from './open-metrics.js';

let shared: ProcessRegistry | undefined;

interface ProcessRegistry {
  readonly registry: Registry;
  /** Run before each exposition, at most once a second. */
  readonly collectors: Set<Collector>;
  collected?: { readonly at: number; readonly done: Promise<unknown> };
}

/** Sets gauges that are looked up when somebody asks. What it throws is left out of this exposition. */
export type Collector = () => void | Promise<void>;

/** Whoever asks more often gets what was measured: asking must not load the database. */
const FRESH_MS = 1000;

/** The registry of this process, Node's own metrics included. All services of a process share it. */
export function processRegistry(): Registry {
  return processParts().registry;
}

/** A counter of this process, registered the first time it is asked for. */
export function counterOf<L extends string>(definition: MetricDefinition<L>): Counter<L | 'service'> {
  return registered(definition, (parts) => new Counter(parts));
}

/** As {@link counterOf}. */
export function gaugeOf<L extends string>(definition: MetricDefinition<L>): Gauge<L | 'service'> {
  return registered(definition, (parts) => new Gauge(parts));
}

/** As {@link counterOf}. */
export function histogramOf<L extends string>(definition: MetricDefinition<L>): Histogram<L | 'service'> {
  const { buckets } = definition;
  return registered(definition, (parts) => new Histogram({ ...parts, ...(buckets ? { buckets: [...buckets] } : {}) }));
}

/** Adds a collector; the answer takes it away again. */
export function collect(collector: Collector): () => void {
  const { collectors } = processParts();
  collectors.add(collector);
  return () => collectors.delete(collector);
}

export type MetricsFormat = 'prometheus' | 'openmetrics';

/** All metrics of this process: the content type and the text. Never rejects for what a collector could not find out. */
export async function metricsOf(
  format: MetricsFormat = 'prometheus',
): Promise<{ readonly type: string; readonly body: string }> {
  const parts = processParts();
  await collectNow(parts);
  if (format === 'openmetrics') {
    return { type: Registry.OPENMETRICS_CONTENT_TYPE, body: await openMetricsOf(parts.registry) };
  }
  return { type: parts.registry.contentType, body: await parts.registry.metrics() };
}

async function collectNow(parts: ProcessRegistry): Promise<void> {
  const now = performance.now();
  if (!parts.collected || now - parts.collected.at >= FRESH_MS) {
    const done = Promise.allSettled([...parts.collectors].map(async (collector) => collector()));
    parts.collected = { at: now, done };
  }
  await parts.collected.done;
}

function registered<L extends string, M>(
  definition: MetricDefinition<L>,
  create: (parts: { name: string; help: string; labelNames: (L | 'service')[]; registers: Registry[] }) => M,
): M {
  const { registry } = processParts();
  const { name, help, labels } = definition;
  const present = registry.getSingleMetric(name) as M | undefined;
  return present ?? create({ name, help, labelNames: [...labels], registers: [registry] });
}

function processParts(): ProcessRegistry {
  if (!shared) {
    shared = { registry: new Registry(), collectors: new Set() };
    collectDefaultMetrics({ register: shared.registry });
  }
  return shared;
}
