import type { Alert } from './alert.js';

/** Work that waits, and for whom. */
export const queueAlerts: readonly Alert[] = [
  {
    name: 'TrainyardWorkWaitsTooLong',
    expr: 'max by (work, pool) (trainyard_queue_oldest_seconds) > 900',
    for: '5m',
    severity: 'warning',
    summary: 'Work of the kind {{ $labels.work }} has waited for more than 15 minutes in the pool {{ $labels.pool }}',
    description:
      'The oldest has waited for {{ $value | humanizeDuration }}. Workers are too few, or busy with something else.',
    runbook: 'work-waits-too-long',
  },
  {
    name: 'TrainyardNoLiveWorker',
    expr: 'max by (pool) (trainyard_queue_depth) > 0 unless on (pool) sum by (pool) (trainyard_slots) > 0',
    for: '10m',
    severity: 'critical',
    summary: 'Work waits in the pool {{ $labels.pool }} and no worker serves it',
    description: '{{ $value }} wait. No process offers a slot for this pool: none runs, or none could be scheduled.',
    runbook: 'no-live-worker',
  },
  {
    name: 'TrainyardGpuIdle',
    expr:
      'max(trainyard_queue_depth{pool="gpu"}) > 0 and ' +
      '((sum(trainyard_slots{pool="gpu"}) - sum(trainyard_slots_busy{pool="gpu"})) > 0 or avg(trainyard_gpu_utilization_ratio) < 0.05)',
    for: '10m',
    severity: 'warning',
    summary: 'A GPU does nothing while GPU jobs wait',
    description: '{{ $value }} wait. Slots of the gpu pool are free, or the GPUs compute less than 5 % of the time.',
    runbook: 'gpu-idle',
  },
];
