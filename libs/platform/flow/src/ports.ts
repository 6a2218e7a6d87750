import type { Backlog, Bus } from '@trainyard/bus';
import type { EventCodec } from '@trainyard/contracts';
import type { Store } from '@trainyard/store';
import type { Clock } from './clock.js';
import type { QueueMeasure } from './queue.js';

/** What the flow reports of itself, times and ages in seconds; telemetry turns it into Prometheus metrics. */
export interface FlowMetrics {
  handled(topic: string, type: string, outcome: 'done' | 'repeated' | 'dead' | 'retry', seconds: number): void;
  deadLetter(topic: string, code: string): void;
  conflict(aggregate: string): void;
  /** A worker noticed that it lost its lease. */
  leaseLost(aggregate: string): void;
  /** A lease ran out without a word from its worker. */
  leaseExpired(aggregate: string): void;
  published(type: string, ageSeconds: number): void;
  /** How many aggregates owe events for longer than a second, and how old the oldest of these events is. */
  outbox(pending: number, oldestSeconds: number): void;
  /** How old a message was when its handling began. */
  lag(topic: string, seconds: number): void;
  /** How long a piece of work had waited when it was claimed. */
  waited(work: string, pool: string, seconds: number): void;
  slots(pool: string, slots: number, busy: number): void;
  worked(work: string, pool: string, outcome: WorkOutcome, seconds: number): void;
  /** Hands over how the queues are measured, whenever somebody wants to know. The answer ends that. */
  queues(measure: () => Promise<readonly QueueMeasure[]>): () => void;
  /** As `queues`, for the messages that the topics hold for this service. */
  backlog(measure: () => readonly Backlog[]): () => void;
}

/** How an attempt ended: `released` when its process stopped, `lost` when its lease was. */
export type WorkOutcome = 'succeeded' | 'failed' | 'released' | 'lost';

/** What the worker processes of a pool report of themselves. */
export interface ProcessMetrics {
  /** Hands over how the processes are measured, whenever somebody wants to know. The answer ends that. */
  processes(
    measure: () => { readonly busy: number; readonly idle: number; readonly residentBytes: number },
  ): () => void;
  workerCpu(seconds: number): void;
  /** A process that ended during its task. */
  workerEnded(code: string): void;
}

/** The places where something goes wrong are logged by whoever runs the flow. */
export interface FlowLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A span: what is done, and the traceparent it is done for. */
export interface SpanStart {
  readonly name: string;
  readonly parent: string | undefined;
  readonly kind: 'consumer' | 'internal';
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Everything outside: real in production, seeded and faulty in the simulator. */
export interface FlowPorts {
  /** The service's name: the source of its events and its consumer group. */
  readonly service: string;
  readonly store: Store;
  readonly bus: Bus;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly log: FlowLog;
  readonly metrics?: FlowMetrics & ProcessMetrics;
  /** Runs work as a span of the trace that it belongs to; `fail` tells of an error that the work deals with itself. */
  readonly traced?: <T>(span: SpanStart, work: (fail: (error: unknown) => void) => Promise<T>) => Promise<T>;
  /** The trace that the code runs in now; it travels with the events made here. */
  readonly traceparent?: () => string | undefined;
}
