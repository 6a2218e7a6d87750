import type { Alert } from './alert.js';

const failed = 'sum by (model) (rate(trainyard_prediction_failures_total{status=~"5.."}[5m]))';
const answered = 'sum by (model) (rate(trainyard_prediction_seconds_count[5m]))';

/** A shift by custom: N. Siddiqi, Credit Risk Scorecards, 2006. */
const SHIFT = 0.25;
const shifted = (metric: string) => `max by (model, version) (${metric}) > ${SHIFT}`;

/** What callers of predictions feel. */
export const servingAlerts: readonly Alert[] = [
  {
    name: 'TrainyardServingErrors',
    // A model that answers nothing at all has no series of answered calls.
    expr: `${failed} / (${failed} + (${answered} or 0 * ${failed})) > 0.01`,
    for: '5m',
    severity: 'critical',
    summary: 'Predictions of {{ $labels.model }} fail',
    description: '{{ $value | humanizePercentage }} of the calls end in an error of the platform.',
    runbook: 'serving-errors',
  },
  {
    name: 'TrainyardServingSlow',
    expr: 'histogram_quantile(0.99, sum by (model, le) (rate(trainyard_prediction_seconds_bucket[5m]))) > 0.5',
    for: '10m',
    severity: 'warning',
    summary: 'Predictions of {{ $labels.model }} are slow',
    description: 'One call in a hundred takes {{ $value | humanizeDuration }} or more.',
    runbook: 'serving-slow',
  },
  {
    name: 'TrainyardModelDrift',
    expr: `(${shifted('trainyard_drift_psi')}) or (${shifted('trainyard_prediction_drift_psi')})`,
    for: '30m',
    severity: 'warning',
    summary: 'Version {{ $labels.version }} of {{ $labels.model }} is asked about other things than it learnt',
    description:
      'The population stability index of a feature, or of the predictions, is {{ $value | humanize }}; above 0.25 is a shift.',
    runbook: 'model-drift',
  },
];
