import { BoundedLabels } from './bounded-labels.js';
import { flowMetrics, workerMetrics } from './flow-definitions.js';
import { collect, counterOf, gaugeOf, histogramOf } from './registry.js';

/** One queue as it is now. */
export interface QueueMeasure {
  /** The kind of work: `job`, `trial`, `evaluation`. */
  readonly work: string;
  readonly pool: string;
  readonly waiting: number;
  /** How long the oldest has waited; 0 when none waits. */
  readonly oldestSeconds: number;
}

/** The worker processes of one pool as they are now. */
export interface ProcessMeasure {
  readonly busy: number;
  readonly idle: number;
  readonly residentBytes: number;
}

/** What the flow of one service reports of itself. Times and ages are in seconds. */
export interface FlowRecorder {
  handled(topic: string, type: string, outcome: 'done' | 'repeated' | 'dead' | 'retry', seconds: number): void;
  /** How old a message was when its handling began. */
  lag(topic: string, seconds: number): void;
  deadLetter(topic: string, code: string): void;
  conflict(aggregate: string): void;
  leaseLost(aggregate: string): void;
  leaseExpired(aggregate: string): void;
  published(type: string, ageSeconds: number): void;
  /** How many aggregates have events that are not published yet, and how old the oldest is. */
  outbox(pending: number, oldestSeconds: number): void;
  waited(work: string, pool: string, seconds: number): void;
  slots(pool: string, slots: number, busy: number): void;
  worked(work: string, pool: string, outcome: 'succeeded' | 'failed' | 'released' | 'lost', seconds: number): void;
  /** Measured whenever somebody asks for the metrics. The answer ends that. */
  queues(measure: () => Promise<readonly QueueMeasure[]>): () => void;
  /** As `queues`, for the messages that the topics hold for this service. */
  backlog(measure: () => readonly { readonly topic: string; readonly messages: number }[]): () => void;
  /** As `queues`, for worker processes. */
  processes(measure: () => ProcessMeasure): () => void;
  workerCpu(seconds: number): void;
  workerEnded(code: string): void;
}

/** Names in messages are the sender's: beyond this many different ones they are counted together as `other`. */
const MOST_NAMES = 200;

/**
 * The recorder of one service's flow. All services of a process share one registry; the label `service` tells them apart.
 */
export function flowRecorder(service: string): FlowRecorder {
  const metrics = registered();
  const names = new BoundedLabels({ most: MOST_NAMES });
  const bounded = (name: string) => names.of(name);
  return {
    handled(topic, type, outcome, seconds) {
      const labels = { service, topic: bounded(topic), type: bounded(type) };
      metrics.handled.inc({ ...labels, outcome });
      metrics.handleSeconds.observe(labels, seconds);
    },
    lag: (topic, seconds) => metrics.lag.observe({ service, topic: bounded(topic) }, Math.max(0, seconds)),
    deadLetter: (topic, code) => metrics.deadLetters.inc({ service, topic: bounded(topic), code: bounded(code) }),
    conflict: (aggregate) => metrics.conflicts.inc({ service, aggregate }),
    leaseLost: (aggregate) => metrics.leasesLost.inc({ service, aggregate }),
    leaseExpired: (aggregate) => metrics.leasesExpired.inc({ service, aggregate }),
    published(type, ageSeconds) {
      metrics.published.inc({ service, type: bounded(type) });
      metrics.outboxAge.observe({ service }, Math.max(0, ageSeconds));
    },
    outbox(pending, oldestSeconds) {
      metrics.outboxPending.set({ service }, pending);
      metrics.outboxOldest.set({ service }, oldestSeconds);
    },
    waited: (work, pool, seconds) => metrics.queueWait.observe({ service, work, pool }, Math.max(0, seconds)),
    slots(pool, slots, busy) {
      metrics.slots.set({ service, pool }, slots);
      metrics.slotsBusy.set({ service, pool }, busy);
    },
    worked: (work, pool, outcome, seconds) => metrics.workSeconds.observe({ service, work, pool, outcome }, seconds),
    queues: (measure) =>
      collect(async () => {
        const measured = await measure();
        for (const { work, pool, waiting, oldestSeconds } of measured) {
          metrics.queueDepth.set({ service, work, pool }, waiting);
          metrics.queueOldest.set({ service, work, pool }, oldestSeconds);
        }
      }),
    backlog: (measure) =>
      collect(() => {
        for (const { topic, messages } of measure()) metrics.backlog.set({ service, topic: bounded(topic) }, messages);
      }),
    processes: (measure) =>
      collect(() => {
        const { busy, idle, residentBytes } = measure();
        metrics.processes.set({ service, state: 'busy' }, busy);
        metrics.processes.set({ service, state: 'idle' }, idle);
        metrics.memory.set({ service }, residentBytes);
      }),
    workerCpu: (seconds) => metrics.cpu.inc({ service }, Math.max(0, seconds)),
    workerEnded: (code) => metrics.ended.inc({ service, code: bounded(code) }),
  };
}

function registered() {
  const { handled, published, deadLetters, conflicts, leasesLost, leasesExpired } = flowMetrics;
  const { handleSeconds, lag, outboxAge, queueWait, workSeconds } = flowMetrics;
  const { backlog, outboxPending, outboxOldest, queueDepth, queueOldest, slots, slotsBusy } = flowMetrics;
  return {
    handled: counterOf(handled),
    published: counterOf(published),
    deadLetters: counterOf(deadLetters),
    conflicts: counterOf(conflicts),
    leasesLost: counterOf(leasesLost),
    leasesExpired: counterOf(leasesExpired),
    handleSeconds: histogramOf(handleSeconds),
    lag: histogramOf(lag),
    outboxAge: histogramOf(outboxAge),
    queueWait: histogramOf(queueWait),
    workSeconds: histogramOf(workSeconds),
    backlog: gaugeOf(backlog),
    outboxPending: gaugeOf(outboxPending),
    outboxOldest: gaugeOf(outboxOldest),
    queueDepth: gaugeOf(queueDepth),
    queueOldest: gaugeOf(queueOldest),
    slots: gaugeOf(slots),
    slotsBusy: gaugeOf(slotsBusy),
    processes: gaugeOf(workerMetrics.processes),
    memory: gaugeOf(workerMetrics.memory),
    cpu: counterOf(workerMetrics.cpu),
    ended: counterOf(workerMetrics.ended),
  };
}
