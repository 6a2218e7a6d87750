import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the flow of one service reports of itself. Times and ages are in seconds. */
export interface FlowRecorder {
  handled(topic: string, type: string, outcome: 'done' | 'repeated' | 'dead' | 'retry', seconds: number): void;
  deadLetter(topic: string, code: string): void;
  conflict(aggregate: string): void;
  leaseLost(aggregate: string): void;
  published(type: string, ageSeconds: number): void;
  /** How many aggregates have events that are not published yet. */
  outboxPending(count: number): void;
}

export interface ServiceMetrics {
  readonly flow: FlowRecorder;
  /** The process's registry, for metrics of the service's own. */
  readonly registry: Registry;
}

/** Names in messages are the sender's: beyond this many different ones they are counted together as `other`. */
const MOST_NAMES = 200;
const LATENCY = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

let shared: ProcessMetrics | undefined;

/**
 * The metrics of one service. All services of a process share one registry; the label `service` tells them apart.
 * Names follow https://prometheus.io/docs/practices/naming/.
 */
export function createMetrics(service: string): ServiceMetrics {
  const metrics = processMetrics();
  const bounded = boundedNames();
  return {
    registry: metrics.registry,
    flow: {
      handled(topic, type, outcome, seconds) {
        const labels = { service, topic: bounded(topic), type: bounded(type) };
        metrics.handled.inc({ ...labels, outcome });
        metrics.handleSeconds.observe(labels, seconds);
      },
      deadLetter: (topic, code) => metrics.deadLetters.inc({ service, topic: bounded(topic), code: bounded(code) }),
      conflict: (aggregate) => metrics.conflicts.inc({ service, aggregate }),
      leaseLost: (aggregate) => metrics.leasesLost.inc({ service, aggregate }),
      published(type, ageSeconds) {
        metrics.published.inc({ service, type: bounded(type) });
        metrics.outboxAge.observe({ service }, Math.max(0, ageSeconds));
      },
      outboxPending: (count) => metrics.outboxPending.set({ service }, count),
    },
  };
}

/** All metrics of this process as Prometheus reads them: the content type and the text. */
export async function metricsOf(_accept?: string): Promise<{ readonly type: string; readonly body: string }> {
  const { registry } = processMetrics();
  return { type: registry.contentType, body: await registry.metrics() };
}

type ProcessMetrics = ReturnType<typeof createProcessMetrics>;

function processMetrics(): ProcessMetrics {
  shared ??= createProcessMetrics();
  return shared;
}

function createProcessMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name: `trainyard_${name}`, help, labelNames: ['service', ...labelNames], registers });
  const histogram = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Histogram({
      name: `trainyard_${name}`,
      help,
      labelNames: ['service', ...labelNames],
      buckets: LATENCY,
      registers,
    });
  return {
    registry,
    handled: counter('events_handled_total', 'Messages handled, by outcome.', 'topic', 'type', 'outcome'),
    handleSeconds: histogram('event_handle_seconds', 'Time to handle a message.', 'topic', 'type'),
    deadLetters: counter('dead_letters_total', 'Messages that could not be handled.', 'topic', 'code'),
    conflicts: counter('conflicts_total', 'State changes that met another one and were tried again.', 'aggregate'),
    leasesLost: counter('leases_lost_total', 'Leases lost by workers that died or were too slow.', 'aggregate'),
    published: counter('events_published_total', 'Events published from the outbox.', 'type'),
    outboxAge: histogram('outbox_age_seconds', 'Time from the state change to the publication of its event.'),
    outboxPending: new Gauge({
      name: 'trainyard_outbox_pending',
      help: 'Aggregates with events that are not published yet.',
      labelNames: ['service'],
      registers,
    }),
  };
}

function boundedNames(): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= MOST_NAMES) return 'other';
    known.add(name);
    return name;
  };
}
