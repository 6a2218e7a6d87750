import { defineMetric, type MetricDefinition } from '@trainyard/telemetry';

/** What serving tells of its predictions. */
export const predictionDefinitions = {
  seconds: defineMetric({
    name: 'trainyard_prediction_seconds',
    type: 'histogram',
    help: 'Time to answer a prediction call, in seconds.',
    labels: ['service', 'model', 'version'],
    buckets: [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
    look: 'the slow end grows; alert TrainyardServingSlow',
  }),
  instances: defineMetric({
    name: 'trainyard_predictions_total',
    type: 'counter',
    help: 'Instances predicted; a call may hold many.',
    labels: ['service', 'model', 'version'],
    look: 'how much each model is used, and when a version took over',
  }),
  failures: defineMetric({
    name: 'trainyard_prediction_failures_total',
    type: 'counter',
    help: 'Prediction calls that ended in a problem, by its status and code; `none` for a model that was not found.',
    labels: ['service', 'model', 'version', 'status', 'code'],
    look: 'status 5xx: alert TrainyardServingErrors. 4xx: callers send what the model does not know',
  }),
  loaded: defineMetric({
    name: 'trainyard_loaded_models',
    type: 'gauge',
    help: 'Models in memory.',
    labels: ['service'],
    look: 'it reaches MAX_LOADED_MODELS: models are dropped and loaded again',
  }),
} as const;

/** For the documentation. */
export const predictionMetrics: readonly MetricDefinition[] = Object.values<MetricDefinition>(predictionDefinitions);
