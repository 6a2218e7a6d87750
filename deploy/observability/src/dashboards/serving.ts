import type { DashboardSpec } from './dashboard.js';
import { orZero, quantile, rate } from './panel.js';

const chosen = '{model=~"$model"}';
const failed = '{model=~"$model|none",status=~"5.."}';
const refused = '{model=~"$model|none",status=~"4.."}';

export const serving: DashboardSpec = {
  name: 'serving',
  title: 'Serving',
  what: 'Predictions by model and version.',
  choice: { name: 'model', label: 'Model', values: 'label_values(trainyard_predictions_total, model)' },
  rows: [
    {
      title: 'By model',
      panels: [
        {
          title: 'Calls',
          what: 'A second, by model.',
          unit: 'ops',
          targets: [{ expr: rate('trainyard_prediction_seconds_count', ['model'], chosen), legend: '{{model}}' }],
        },
        {
          title: 'Time to answer',
          what: 'Half, 95 % and 99 % of the calls within; by model.',
          unit: 's',
          targets: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, 'trainyard_prediction_seconds', ['model'], chosen),
            legend: `{{model}} ${q * 100} %`,
          })),
        },
        {
          title: 'Instances by version',
          what: 'A second. Shows when a version took over.',
          unit: 'ops',
          targets: [
            {
              expr: rate('trainyard_predictions_total', ['model', 'version'], chosen),
              legend: '{{model}} {{version}}',
            },
          ],
        },
        {
          title: 'Time to answer by version, 95 % within',
          what: 'Is the new version slower than the old one?',
          unit: 's',
          targets: [
            {
              expr: quantile(0.95, 'trainyard_prediction_seconds', ['model', 'version'], chosen),
              legend: '{{model}} {{version}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Is it still the world it learnt?',
      panels: [
        {
          title: 'Drift of features',
          what: 'Population stability index of the feature that moved furthest from the training data: above 0.25, runbook model-drift. Each process measures its own calls; the largest and the mean of them.',
          unit: 'short',
          targets: [
            { expr: `max by (model, version) (trainyard_drift_psi${chosen})`, legend: '{{model}} {{version}}' },
            { expr: `avg by (model, version) (trainyard_drift_psi${chosen})`, legend: '{{model}} {{version}} mean' },
          ],
        },
        {
          title: 'Drift of predictions',
          what: 'The same of the answers, against those for the held-out rows of the training.',
          unit: 'short',
          targets: [
            {
              expr: `max by (model, version) (trainyard_prediction_drift_psi${chosen})`,
              legend: '{{model}} {{version}}',
            },
          ],
        },
        {
          title: 'The features that moved furthest',
          what: 'Five of each version.',
          unit: 'short',
          targets: [
            {
              expr: `max by (model, version, feature) (trainyard_feature_drift_psi${chosen})`,
              legend: '{{model}} {{version}} {{feature}}',
            },
          ],
        },
        {
          title: 'Rows that drift is measured by',
          what: 'The last hour, or longer where calls are few. Below 200 in a process there is no index.',
          unit: 'short',
          targets: [
            { expr: `sum by (model, version) (trainyard_drift_rows${chosen})`, legend: '{{model}} {{version}}' },
          ],
        },
      ],
    },
    {
      title: 'What goes wrong',
      panels: [
        {
          title: 'Errors of the platform',
          what: 'Calls a second that ended with a status from 500 on; none: the model was not found.',
          unit: 'ops',
          targets: [
            {
              expr: orZero(rate('trainyard_prediction_failures_total', ['model', 'code'], failed)),
              legend: '{{model}} {{code}}',
            },
          ],
        },
        {
          title: 'Refused calls',
          what: 'Calls a second with what the model does not know; the answer names the field.',
          unit: 'ops',
          targets: [
            {
              expr: orZero(rate('trainyard_prediction_failures_total', ['model', 'code'], refused)),
              legend: '{{model}} {{code}}',
            },
          ],
        },
        {
          title: 'Models in memory',
          what: 'By process. At MAX_LOADED_MODELS models are dropped and loaded again.',
          unit: 'short',
          targets: [{ expr: 'trainyard_loaded_models', legend: '{{instance}}' }],
        },
        {
          title: 'Deployments',
          what: 'Attempts to load a version, by how they ended; since the processes started.',
          unit: 'short',
          targets: [
            {
              expr: 'sum by (outcome) (trainyard_work_seconds_count{work="deployment"})',
              legend: '{{outcome}}',
            },
          ],
        },
      ],
    },
  ],
};
