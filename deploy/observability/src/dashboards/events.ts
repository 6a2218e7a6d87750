import type { DashboardSpec } from './dashboard.js';
import { orZero, quantile, rate } from './panel.js';

export const events: DashboardSpec = {
  name: 'events',
  title: 'Events and reliability',
  what: 'The event flow: what is handled, how late, what is retried, put aside or lost.',
  rows: [
    {
      title: 'Flow',
      panels: [
        {
          title: 'Messages handled',
          what: 'A second; repeated ones changed nothing.',
          unit: 'ops',
          targets: [
            { expr: rate('trainyard_events_handled_total', ['service', 'outcome']), legend: '{{service}} {{outcome}}' },
          ],
        },
        {
          title: 'Events published',
          what: 'A second, by type.',
          unit: 'ops',
          targets: [{ expr: rate('trainyard_events_published_total', ['type']), legend: '{{type}}' }],
        },
        {
          title: 'Age of a message when its handling begins, 95 % within',
          what: 'How far behind a service is.',
          unit: 's',
          targets: [{ expr: quantile(0.95, 'trainyard_event_lag_seconds', ['service']), legend: '{{service}}' }],
        },
        {
          title: 'Time to handle a message, 95 % within',
          what: 'The slow end grows when the store is slow.',
          unit: 's',
          targets: [{ expr: quantile(0.95, 'trainyard_event_handle_seconds', ['service']), legend: '{{service}}' }],
        },
        {
          title: 'From state change to publication, 95 % within',
          what: 'Grows while Kafka is slow or away.',
          unit: 's',
          targets: [{ expr: quantile(0.95, 'trainyard_outbox_age_seconds', ['service']), legend: '{{service}}' }],
        },
        {
          title: 'Messages not handled yet',
          what: 'With Kafka, as of the last fetch, by service. It stays above 0 while nothing is handled: a handler hangs.',
          unit: 'short',
          targets: [{ expr: orZero('sum by (service) (trainyard_event_backlog)'), legend: '{{service}}' }],
        },
        {
          title: 'Unpublished events',
          what: 'Aggregates that owe events for more than a second, and the age of the oldest event.',
          unit: 'short',
          targets: [
            { expr: 'max by (service) (trainyard_outbox_pending)', legend: '{{service}} aggregates' },
            { expr: 'max by (service) (trainyard_outbox_oldest_seconds)', legend: '{{service}} seconds' },
          ],
        },
      ],
    },
    {
      title: 'What goes wrong',
      panels: [
        {
          title: 'Tries that fail and come again',
          what: 'A second: something that handlers need is away.',
          unit: 'ops',
          targets: [
            {
              expr: orZero(rate('trainyard_events_handled_total', ['service', 'topic'], '{outcome="retry"}')),
              legend: '{{service}} {{topic}}',
            },
          ],
        },
        {
          title: 'Dead letters',
          what: 'Since the processes started, by reason.',
          unit: 'short',
          targets: [
            {
              expr: orZero('sum by (service, topic, code) (trainyard_dead_letters_total)'),
              legend: '{{service}} {{topic}} {{code}}',
            },
          ],
        },
        {
          title: 'Leases lost and expired',
          what: 'lost: the worker noticed. expired: it was never heard of again.',
          unit: 'short',
          targets: [
            { expr: orZero('sum by (aggregate) (trainyard_leases_lost_total)'), legend: '{{aggregate}} lost' },
            { expr: orZero('sum by (aggregate) (trainyard_leases_expired_total)'), legend: '{{aggregate}} expired' },
          ],
        },
        {
          title: 'Conflicts',
          what: 'State changes a second that met another one and were decided again.',
          unit: 'ops',
          targets: [
            {
              expr: orZero(rate('trainyard_conflicts_total', ['service', 'aggregate'])),
              legend: '{{service}} {{aggregate}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Calls and processes',
      panels: [
        {
          title: 'REST calls',
          what: 'A second, by status.',
          unit: 'ops',
          targets: [
            {
              expr: rate('trainyard_http_request_seconds_count', ['service', 'status']),
              legend: '{{service}} {{status}}',
            },
          ],
        },
        {
          title: 'Event loop delay, 99 % within',
          what: 'Above 0.1 s a process computes where it should answer.',
          unit: 's',
          targets: [{ expr: 'nodejs_eventloop_lag_p99_seconds', legend: '{{instance}}' }],
        },
      ],
    },
  ],
};
