import { createMetrics } from '@trainyard/telemetry';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { LoadedModels } from '../loaded/loaded-models.js';
import type { Route } from '../loaded/route.js';

/** What Prometheus is told of predictions. */
export interface PredictionMetrics {
  answered(route: Route, instances: number, seconds: number): void;
  failed(): void;
}

/** Beyond this many different model versions they are counted together as `other`. */
const MOST_ROUTES = 500;
const LATENCY = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5];

export function predictionMetrics(models: Pick<LoadedModels, 'size'>): PredictionMetrics {
  const { registry } = createMetrics('serving');
  const { seconds, total, failures } = metricsIn(registry, models);
  const counters = new WeakMap<Route, Counter.Internal>();
  const known = new Set<string>();
  const counterOf = (route: Route): Counter.Internal => {
    const present = counters.get(route);
    if (present) return present;
    const { modelName, version } = route;
    const key = `${modelName}@${version}`;
    const counted = known.has(key) || known.size < MOST_ROUTES;
    if (counted) known.add(key);
    const counter = counted ? total.labels(modelName, version) : total.labels('other', 'other');
    counters.set(route, counter);
    return counter;
  };
  return {
    answered(route, instances, duration) {
      seconds.observe(duration);
      counterOf(route).inc(instances);
    },
    failed: () => failures.inc(),
  };
}

/** The process's metrics; made anew when a service is started again in one process. */
function metricsIn(registers: Registry, models: Pick<LoadedModels, 'size'>) {
  const registry = { registers: [registers] };
  const names = {
    seconds: 'trainyard_prediction_seconds',
    total: 'trainyard_predictions_total',
    failures: 'trainyard_prediction_failures_total',
    loaded: 'trainyard_loaded_models',
  };
  for (const name of Object.values(names)) registers.removeSingleMetric(name);
  new Gauge({
    ...registry,
    name: names.loaded,
    help: 'Models in memory.',
    collect() {
      this.set(models.size);
    },
  });
  return {
    seconds: new Histogram({
      ...registry,
      name: names.seconds,
      help: 'Time to answer a prediction call.',
      buckets: LATENCY,
    }),
    total: new Counter({
      ...registry,
      name: names.total,
      help: 'Instances predicted.',
      labelNames: ['model', 'version'],
    }),
    failures: new Counter({ ...registry, name: names.failures, help: 'Prediction calls that ended in a problem.' }),
  };
}
