import type { DashboardSpec } from './dashboard.js';
import { orZero, quantile, rate } from './panel.js';

export const overview: DashboardSpec = {
  name: 'overview',
  title: 'Overview',
  what: 'Is it healthy, and what is waiting?',
  rows: [
    {
      title: 'Is it healthy?',
      panels: [
        {
          title: 'Dead letters',
          what: 'Messages put aside since the processes started. Above 0: runbook dead-letters.',
          kind: 'stat',
          unit: 'short',
          targets: [{ expr: orZero('sum(trainyard_dead_letters_total)') }],
        },
        {
          title: 'Oldest unpublished event',
          what: 'More than a minute: runbook outbox-stuck.',
          kind: 'stat',
          unit: 's',
          targets: [{ expr: 'max(trainyard_outbox_oldest_seconds)' }],
        },
        {
          title: 'Leases lost or expired',
          what: 'Since the processes started. Growing: runbook leases-lost.',
          kind: 'stat',
          unit: 'short',
          targets: [
            {
              expr: '(sum(trainyard_leases_lost_total) or vector(0)) + (sum(trainyard_leases_expired_total) or vector(0))',
            },
          ],
        },
        {
          title: 'Disk left',
          what: 'The fullest disk under any DATA_DIR. Below 10 %: runbook disk-full.',
          kind: 'stat',
          unit: 'percentunit',
          targets: [{ expr: 'min(trainyard_disk_available_bytes / trainyard_disk_size_bytes)' }],
        },
      ],
    },
    {
      title: 'What is waiting?',
      panels: [
        {
          title: 'Waiting work',
          what: 'By kind and pool.',
          unit: 'short',
          targets: [{ expr: 'max by (work, pool) (trainyard_queue_depth)', legend: '{{work}} in {{pool}}' }],
        },
        {
          title: 'How long the oldest has waited',
          what: 'More than 15 minutes: runbook work-waits-too-long.',
          unit: 's',
          targets: [{ expr: 'max by (work, pool) (trainyard_queue_oldest_seconds)', legend: '{{work}} in {{pool}}' }],
        },
        {
          title: 'Jobs by status',
          what: 'Those that have not ended.',
          unit: 'short',
          targets: [{ expr: 'max by (status) (trainyard_jobs)', legend: '{{status}}' }],
        },
        {
          title: 'Busy slots',
          what: 'Of all that the running processes offer, by pool.',
          unit: 'short',
          targets: [
            { expr: 'sum by (pool) (trainyard_slots_busy)', legend: '{{pool}} busy' },
            { expr: 'sum by (pool) (trainyard_slots)', legend: '{{pool}} all' },
          ],
        },
      ],
    },
    {
      title: 'What users feel',
      panels: [
        {
          title: 'Predictions',
          what: 'Calls a second, and those that failed for a reason of the platform.',
          unit: 'ops',
          targets: [
            { expr: rate('trainyard_prediction_seconds_count'), legend: 'answered' },
            { expr: orZero(rate('trainyard_prediction_failures_total', [], '{status=~"5.."}')), legend: 'failed' },
          ],
        },
        {
          title: 'REST calls, 95 % within',
          what: 'All but predictions and event streams, by service.',
          unit: 's',
          targets: [{ expr: quantile(0.95, 'trainyard_http_request_seconds', ['service']), legend: '{{service}}' }],
        },
      ],
    },
  ],
};
