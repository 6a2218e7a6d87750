import type { DashboardSpec } from './dashboard.js';
import { orZero, quantileSinceStart, rate } from './panel.js';

export const training: DashboardSpec = {
  name: 'training',
  title: 'Training',
  what: 'Jobs from request to model: how many, how long, how they end, what they use.',
  rows: [
    {
      title: 'Jobs',
      panels: [
        {
          title: 'Accepted and ended',
          what: 'A second. Does work keep up?',
          unit: 'ops',
          targets: [
            { expr: rate('trainyard_jobs_accepted_total'), legend: 'accepted' },
            { expr: orZero(rate('trainyard_jobs_ended_total', ['outcome'])), legend: '{{outcome}}' },
          ],
        },
        {
          title: 'Ended by model',
          what: 'Since the processes started; a model is an algorithm here.',
          unit: 'short',
          targets: [
            { expr: orZero('sum by (model, outcome) (trainyard_jobs_ended_total)'), legend: '{{model}} {{outcome}}' },
          ],
        },
        {
          title: 'From request to end, half within and 95 % within',
          what: 'Waiting and tuning included; since the processes started.',
          unit: 's',
          targets: [
            { expr: quantileSinceStart(0.5, 'trainyard_job_seconds', ['model']), legend: '{{model}} 50 %' },
            { expr: quantileSinceStart(0.95, 'trainyard_job_seconds', ['model']), legend: '{{model}} 95 %' },
          ],
        },
        {
          title: 'Why jobs fail',
          what: 'By the code of the error that the job shows; since the processes started.',
          unit: 'short',
          targets: [{ expr: orZero('sum by (code) (trainyard_job_failures_total)'), legend: '{{code}}' }],
        },
      ],
    },
    {
      title: 'Fits',
      panels: [
        {
          title: 'Time of the fit alone, 95 % within',
          what: 'Of jobs and trials; since the processes started.',
          unit: 's',
          targets: [{ expr: quantileSinceStart(0.95, 'trainyard_fit_seconds', ['model']), legend: '{{model}}' }],
        },
        {
          title: 'Rows trained on',
          what: 'Since the processes started.',
          unit: 'short',
          targets: [{ expr: 'sum by (model) (trainyard_rows_trained_total)', legend: '{{model}}' }],
        },
        {
          title: 'Waited before an attempt, 95 % within',
          what: 'By pool; since the processes started.',
          unit: 's',
          targets: [
            {
              expr: quantileSinceStart(0.95, 'trainyard_queue_wait_seconds', ['work', 'pool']),
              legend: '{{work}} in {{pool}}',
            },
          ],
        },
        {
          title: 'Attempts by how they ended',
          what: 'released: the process stopped. lost: the lease was.',
          unit: 'short',
          targets: [{ expr: 'sum by (work, outcome) (trainyard_work_seconds_count)', legend: '{{work}} {{outcome}}' }],
        },
      ],
    },
    {
      title: 'Worker processes',
      panels: [
        {
          title: 'CPUs in use',
          what: 'CPU seconds a second of the worker processes.',
          unit: 'short',
          targets: [{ expr: rate('trainyard_worker_cpu_seconds_total', ['service']), legend: '{{service}}' }],
        },
        {
          title: 'Memory',
          what: 'Resident memory of the worker processes.',
          unit: 'bytes',
          targets: [{ expr: 'sum by (service) (trainyard_worker_resident_memory_bytes)', legend: '{{service}}' }],
        },
        {
          title: 'Processes',
          what: 'Idle ones are kept warm.',
          unit: 'short',
          targets: [{ expr: 'sum by (service, state) (trainyard_worker_processes)', legend: '{{service}} {{state}}' }],
        },
        {
          title: 'Ended during a task',
          what: 'OUT_OF_MEMORY: raise resources.memoryMb. WORKER_CRASHED: look into the log.',
          unit: 'short',
          targets: [
            { expr: orZero('sum by (service, code) (trainyard_worker_ended_total)'), legend: '{{service}} {{code}}' },
          ],
        },
      ],
    },
  ],
};
