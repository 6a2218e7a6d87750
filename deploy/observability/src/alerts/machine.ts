import type { Alert } from './alert.js';

/** What the machines run out of. */
export const machineAlerts: readonly Alert[] = [
  {
    name: 'TrainyardDiskFull',
    expr: 'min by (service, instance) (trainyard_disk_available_bytes / trainyard_disk_size_bytes) < 0.1',
    for: '5m',
    severity: 'critical',
    summary: 'The disk of {{ $labels.service }} on {{ $labels.instance }} is nearly full',
    description: '{{ $value | humanizePercentage }} are left where state, artifacts and snapshots are kept.',
    runbook: 'disk-full',
  },
];
