import type { DashboardSpec } from './dashboard.js';
import { orZero, quantileSinceStart, rate } from './panel.js';

export const tuning: DashboardSpec = {
  name: 'tuning',
  title: 'Tuning',
  what: 'Studies and their trials.',
  rows: [
    {
      title: 'Studies',
      panels: [
        {
          title: 'Searching now',
          what: 'Studies that have not ended.',
          kind: 'stat',
          unit: 'short',
          targets: [{ expr: 'max(trainyard_studies_running)' }],
        },
        {
          title: 'Trials waiting',
          what: 'For a worker of any pool.',
          kind: 'stat',
          unit: 'short',
          targets: [{ expr: 'sum(max by (pool) (trainyard_queue_depth{work="trial"}))' }],
        },
        {
          title: 'Trials asked for',
          what: 'Since the processes started.',
          kind: 'stat',
          unit: 'short',
          targets: [{ expr: orZero('sum(trainyard_trials_asked_total)') }],
        },
        {
          title: 'Trials failed',
          what: 'Since the processes started. Many: the search space holds what the model refuses.',
          kind: 'stat',
          unit: 'short',
          targets: [{ expr: orZero('sum(trainyard_trials_ended_total{outcome="failed"})') }],
        },
      ],
    },
    {
      title: 'Pace',
      panels: [
        {
          title: 'Trials',
          what: 'A second, asked for and ended.',
          unit: 'ops',
          targets: [
            { expr: orZero(rate('trainyard_trials_asked_total')), legend: 'asked' },
            { expr: orZero(rate('trainyard_trials_ended_total', ['outcome'])), legend: '{{outcome}}' },
          ],
        },
        {
          title: 'Trials ended by model',
          what: 'Since the processes started.',
          unit: 'short',
          targets: [
            { expr: orZero('sum by (model, outcome) (trainyard_trials_ended_total)'), legend: '{{model}} {{outcome}}' },
          ],
        },
        {
          title: "Time of a trial's fit, half within and 95 % within",
          what: 'By model; since the processes started.',
          unit: 's',
          targets: [
            {
              expr: 'histogram_quantile(0.5, sum by (model, le) (trainyard_fit_seconds_bucket{work="trial"}))',
              legend: '{{model}} 50 %',
            },
            {
              expr: 'histogram_quantile(0.95, sum by (model, le) (trainyard_fit_seconds_bucket{work="trial"}))',
              legend: '{{model}} 95 %',
            },
          ],
        },
        {
          title: 'Time of a study, 95 % within',
          what: 'By how it ended; since the processes started.',
          unit: 's',
          targets: [{ expr: quantileSinceStart(0.95, 'trainyard_study_seconds', ['outcome']), legend: '{{outcome}}' }],
        },
      ],
    },
  ],
};
