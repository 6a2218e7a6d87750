import { type Alert, grew } from './alert.js';

const leases = (counter: string) => grew(counter, ['service', 'aggregate'], '30m', 1);

/** Events that do not leave, do not arrive, or lose their worker. */
export const eventAlerts: readonly Alert[] = [
  {
    name: 'TrainyardOutboxStuck',
    expr: 'max by (service) (trainyard_outbox_oldest_seconds) > 60',
    for: '2m',
    severity: 'critical',
    summary: 'Events of {{ $labels.service }} are not published',
    description: 'The oldest is {{ $value | humanizeDuration }} old. Nothing is lost, but everything behind it waits.',
    runbook: 'outbox-stuck',
  },
  {
    name: 'TrainyardDeadLetters',
    expr: grew('trainyard_dead_letters_total', ['service', 'topic', 'code'], '15m', 0),
    for: '0m',
    severity: 'warning',
    summary: '{{ $labels.service }} put messages of {{ $labels.topic }} aside: {{ $labels.code }}',
    description: '{{ $value | humanize }} within 15 minutes. Each is kept with its reason; the topic moved on.',
    runbook: 'dead-letters',
  },
  {
    name: 'TrainyardLeasesLost',
    expr: `${leases('trainyard_leases_expired_total')} or ${leases('trainyard_leases_lost_total')}`,
    for: '0m',
    severity: 'warning',
    summary: 'Workers lose their leases on {{ $labels.aggregate }} ({{ $labels.service }})',
    description: '{{ $value | humanize }} within 30 minutes: workers die, hang, or cannot reach the database.',
    runbook: 'leases-lost',
  },
  {
    name: 'TrainyardHandlersFail',
    expr: 'sum by (service, topic) (rate(trainyard_events_handled_total{outcome="retry"}[5m])) > 0.1',
    for: '5m',
    severity: 'critical',
    summary: '{{ $labels.service }} cannot handle messages of {{ $labels.topic }}',
    description:
      '{{ $value | humanize }} tries a second fail and are made again: something that handlers need is away.',
    runbook: 'handlers-fail',
  },
];
