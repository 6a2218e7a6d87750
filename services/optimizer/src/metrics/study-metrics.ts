import type { Flow } from '@trainyard/flow';
import {
  collect,
  counterOf,
  defineMetric,
  gaugeOf,
  histogramOf,
  type MetricDefinition,
  WORK_SECONDS,
} from '@trainyard/telemetry';
import type { StudyEvent } from '../study/events.js';
import type { StudyState } from '../study/state.js';
import { study } from '../study/study.js';

const definitions = {
  running: defineMetric({
    name: 'trainyard_studies_running',
    type: 'gauge',
    help: 'Studies that search now; all processes of the service see the same ones.',
    labels: ['service'],
    look: 'what asks for trials',
  }),
  asked: defineMetric({
    name: 'trainyard_trials_asked_total',
    type: 'counter',
    help: 'Trials that studies asked for.',
    labels: ['service'],
    look: 'its rate against that of trainyard_trials_ended_total: do trainers keep up',
  }),
  ended: defineMetric({
    name: 'trainyard_studies_ended_total',
    type: 'counter',
    help: 'Studies that ended: completed, failed, cancelled, or refused for what they asked.',
    labels: ['service', 'outcome'],
    look: '`failed`: no trial gave a result',
  }),
  seconds: defineMetric({
    name: 'trainyard_study_seconds',
    type: 'histogram',
    help: "Time from a study's start to its end, in seconds.",
    labels: ['service', 'outcome'],
    buckets: WORK_SECONDS,
    look: 'what a search costs in time',
  }),
} as const;

/** For the documentation. */
export const optimizerMetrics: readonly MetricDefinition[] = Object.values<MetricDefinition>(definitions);

const service = 'optimizer';
const OUTCOMES = { Completed: 'completed', Failed: 'failed', Cancelled: 'cancelled', Refused: 'refused' } as const;

/** Counts what becomes of studies. Each change is counted by the process that stored it, so once. The answer ends that. */
export function watchStudies(flow: Flow): () => void {
  const running = gaugeOf(definitions.running);
  const asked = counterOf(definitions.asked);
  const ended = counterOf(definitions.ended);
  const seconds = histogramOf(definitions.seconds);
  const count = (state: StudyState, event: StudyEvent): void => {
    if (event.type === 'TrialAsked') asked.inc({ service });
    if (!(event.type in OUTCOMES)) return;
    const { type, at } = event as Extract<StudyEvent, { type: keyof typeof OUTCOMES }>;
    ended.inc({ service, outcome: OUTCOMES[type] });
    seconds.observe({ service, outcome: OUTCOMES[type] }, Math.max(0, at - state.startedAt) / 1000);
  };
  const ending = [
    flow.onCommit((aggregate, { state }, events) => {
      if (aggregate === study) for (const event of events) count(state as StudyState, event as StudyEvent);
    }),
    collect(async () => running.set({ service }, await flow.ports.store.count(study.name, { status: 'running' }))),
  ];
  return () => ending.forEach((end) => void end());
}
