import type { Bus } from '@trainyard/bus';
import type { EventCodec } from '@trainyard/contracts';
import type { Store } from '@trainyard/store';
import type { Clock } from './clock.js';

/** What the flow reports of itself; telemetry turns it into Prometheus metrics. */
export interface FlowMetrics {
  handled(topic: string, type: string, outcome: 'done' | 'repeated' | 'dead' | 'retry', seconds: number): void;
  deadLetter(topic: string, code: string): void;
  conflict(aggregate: string): void;
  leaseLost(aggregate: string): void;
  published(type: string, ageSeconds: number): void;
  /** How many aggregates owe events for longer than a second. */
  outboxPending(count: number): void;
}

/** The places where something goes wrong are logged by whoever runs the flow. */
export interface FlowLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
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
  readonly metrics?: FlowMetrics;
  /** Runs a handler inside the trace that the message belongs to. */
  readonly traced?: <T>(traceparent: string | undefined, name: string, work: () => Promise<T>) => Promise<T>;
  /** The trace that the code runs in now; it travels with the events made here. */
  readonly traceparent?: () => string;
}
