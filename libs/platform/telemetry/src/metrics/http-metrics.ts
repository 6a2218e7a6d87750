import { BoundedLabels } from './bounded-labels.js';
import { defineMetric, LATENCY_SECONDS } from './definition.js';
import { histogramOf } from './registry.js';

export const httpMetrics = {
  seconds: defineMetric({
    name: 'trainyard_http_request_seconds',
    type: 'histogram',
    help: 'Time to answer a REST call, in seconds, by the path of the API description; event streams are not counted.',
    labels: ['service', 'method', 'route', 'status'],
    buckets: LATENCY_SECONDS,
    look: 'status 5xx above 0, or the slow end grows. Predictions have metrics of their own',
  }),
} as const;

/** One answered call. `route` is a path with its parameters as names; undefined for a call that does not exist. */
export interface AnsweredCall {
  readonly method: string;
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const MOST_ROUTES = 200;

/** Counts the calls that one process answers. */
export function httpRecorder(service: string): (call: AnsweredCall) => void {
  const seconds = histogramOf(httpMetrics.seconds);
  const routes = new BoundedLabels({ most: MOST_ROUTES });
  return ({ method, route = 'none', status, seconds: value }) => {
    const labels = { service, method: METHODS.has(method) ? method : 'other', route: routes.of(route) };
    seconds.observe({ ...labels, status: String(status) }, value);
  };
}
