import { defineMetric, type MetricDefinition, WORK_SECONDS } from '@trainyard/telemetry';

/** What training tells of its jobs and trials. `model` is the algorithm: `lightgbm`, or `auto` until it is chosen. */
export const jobDefinitions = {
  jobs: defineMetric({
    name: 'trainyard_jobs',
    type: 'gauge',
    help: 'Jobs that have not ended, by status; all processes of the service see the same ones.',
    labels: ['service', 'status'],
    look: 'where jobs pile up',
  }),
  accepted: defineMetric({
    name: 'trainyard_jobs_accepted_total',
    type: 'counter',
    help: 'Jobs accepted.',
    labels: ['service'],
    look: 'its rate against that of the ended ones: does work keep up',
  }),
  ended: defineMetric({
    name: 'trainyard_jobs_ended_total',
    type: 'counter',
    help: 'Jobs that ended: completed, failed or cancelled.',
    labels: ['service', 'model', 'outcome'],
    look: '`failed` grows; which codes tells the next one',
  }),
  failures: defineMetric({
    name: 'trainyard_job_failures_total',
    type: 'counter',
    help: 'Jobs that failed, by the code of the error that they show.',
    labels: ['service', 'code'],
    look: 'OUT_OF_MEMORY, WORKER_LOST, TIMEOUT: the platform; others: data or request',
  }),
  seconds: defineMetric({
    name: 'trainyard_job_seconds',
    type: 'histogram',
    help: "Time from a job's acceptance to its end, waiting and tuning included, in seconds.",
    labels: ['service', 'model', 'outcome'],
    buckets: WORK_SECONDS,
    look: 'what users wait for',
  }),
  fitSeconds: defineMetric({
    name: 'trainyard_fit_seconds',
    type: 'histogram',
    help: 'Time of the fit alone, of jobs and trials, in seconds.',
    labels: ['service', 'work', 'model'],
    buckets: WORK_SECONDS,
    look: 'the part of it that is learning',
  }),
  rows: defineMetric({
    name: 'trainyard_rows_trained_total',
    type: 'counter',
    help: 'Rows of the data that jobs were trained on.',
    labels: ['service', 'model'],
    look: 'its rate is the throughput',
  }),
  trials: defineMetric({
    name: 'trainyard_trials_ended_total',
    type: 'counter',
    help: 'Trials of studies that ended: completed, failed or cancelled.',
    labels: ['service', 'model', 'outcome'],
    look: 'its rate is the trial rate; `failed` grows: the search space holds what the model refuses',
  }),
} as const;

/** For the documentation. */
export const trainingMetrics: readonly MetricDefinition[] = Object.values<MetricDefinition>(jobDefinitions);
