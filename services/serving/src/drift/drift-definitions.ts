import { defineMetric, type MetricDefinition } from '@trainyard/telemetry';

/** What serving tells of drift. */
export const driftDefinitions = {
  psi: defineMetric({
    name: 'trainyard_drift_psi',
    type: 'gauge',
    help: 'Population stability index of the feature that moved furthest from what the version was trained on, in the calls to this process; from 200 rows on.',
    labels: ['service', 'model', 'version'],
    look: 'above 0.25: the model is asked about other things than it learnt; alert TrainyardModelDrift',
  }),
  feature: defineMetric({
    name: 'trainyard_feature_drift_psi',
    type: 'gauge',
    help: 'As trainyard_drift_psi, of the five features that moved furthest.',
    labels: ['service', 'model', 'version', 'feature'],
    look: 'which feature it is',
  }),
  prediction: defineMetric({
    name: 'trainyard_prediction_drift_psi',
    type: 'gauge',
    help: 'Population stability index of the answers, against those for the held-out rows of the training; from 200 rows on.',
    labels: ['service', 'model', 'version'],
    look: 'above 0.25: the model answers otherwise than it did; alert TrainyardModelDrift',
  }),
  rows: defineMetric({
    name: 'trainyard_drift_rows',
    type: 'gauge',
    help: 'Rows that the indices of drift are taken from: the last hour, or longer where calls are few.',
    labels: ['service', 'model', 'version'],
    look: 'below 200 there is no index yet',
  }),
} as const;

/** For the documentation. */
export const driftMetrics: readonly MetricDefinition[] = Object.values<MetricDefinition>(driftDefinitions);
